// Opens a file with the readers in speedscope's bundle, as if it were dropped on the page, and prints its total weight.
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import vm from 'node:vm';

const [folder, file] = process.argv.slice(2);
const name = readdirSync(folder).find((name) => /^speedscope-.*\.js$/.test(name));
const bundle = readFileSync(join(folder, name), 'utf8');
// The page's function that reads a file in base64.
const [, reader] = bundle.match(/loadProfile\(\(\)=>([\w$]+)\(\w+,\w+\)\)/);
// The code that draws the page follows the greeting, and is left out.
const start = bundle.lastIndexOf('console.log(`speedscope v');
if (start < 0) throw new Error('the bundle is not what it was in speedscope 1.25');
const script = `${bundle.slice(0, start)} globalThis.read = ${reader}; })();`;

const anything = () => new Proxy(function () {}, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => '' : key === 'then' ? undefined : anything()),
  apply: anything,
  construct: anything,
  set: () => true,
});
const complaints = [];
const complain = (...words) => complaints.push(words.join(' '));
const page = vm.createContext({
  addEventListener() {},
  document: anything(),
  navigator: { userAgent: 'node', platform: 'node' },
  location: { hash: '', href: 'file:///' },
  localStorage: anything(),
  matchMedia: anything(),
  requestAnimationFrame: () => 0,
  performance, TextDecoder, TextEncoder, URL, Blob, WebAssembly, atob, btoa, setTimeout, clearTimeout, queueMicrotask,
  console: { log() {}, info() {}, debug() {}, warn: complain, error: complain, assert: (holds, ...words) => holds || complain(...words) },
});
Object.assign(page, { self: page, window: page, globalThis: page });
vm.runInContext(script, page);

const group = await page.read(basename(file), readFileSync(file).toString('base64'));
const totals = group ? group.profiles.map((profile) => profile.getTotalWeight()) : [];
console.log(JSON.stringify({ totals, complaints }));
