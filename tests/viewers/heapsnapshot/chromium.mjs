// Loads snapshots into the Memory tab of a real Chromium's developer tools, and reads the texts shown.

import {createRequire} from 'node:module';
import {launch} from '../chromium.mjs';

const {Checks, inputs} = createRequire(import.meta.url)('./expected.cjs');
const [tools, folder, executablePath] = process.argv.slice(2);
const checks = new Checks();

const browser = await launch(tools, executablePath, ['--remote-allow-origins=*']);
const {host} = new URL(browser.wsEndpoint());
const [inspected] = await browser.pages();
const targets = await (await fetch(`http://${host}/json`)).json();
const {id} = targets.find(target => target.type === 'page' && target.url === inspected.url());

const page = await browser.newPage();
await page.setViewport({width: 1500, height: 900});
const complaints = [];
page.on('pageerror', error => complaints.push(error.message));
page.on('console', message => {
  if (['warn', 'error', 'assert'].includes(message.type())) {
    complaints.push(message.text());
  }
});
await page.goto(`http://${host}/devtools/devtools_app.html?ws=${host}/devtools/page/${id}&panel=heap-profiler`);

/** Runs in the page: the texts of all elements of a kind, in shadow trees too. */
const texts = selector => page.evaluate(selector => {
  const found = [];
  const text = node => node.shadowRoot ? text(node.shadowRoot) : node.nodeType === Node.TEXT_NODE ? node.data :
      node.nodeName === 'STYLE' ? '' : [...node.childNodes].map(text).join(' ');
  const look = root => root.querySelectorAll('*').forEach(element => {
    if (element.matches(selector)) {
      found.push(text(element).replace(/\s+/g, ' ').trim());
    }
    if (element.shadowRoot) {
      look(element.shadowRoot);
    }
  });
  look(document);
  return found;
}, selector);

const sleep = milliseconds => new Promise(done => setTimeout(done, milliseconds));

async function until(what, get) {
  for (let tries = 0; tries < 100; tries++) {
    const found = await get();
    if (found) {
      return found;
    }
    await sleep(200);
  }
  checks.equal(`${what} within 20 seconds`, false, true);
  return null;
}

/** Bytes in the notation of the developer tools. */
function shown(bytes) {
  const [unit, factor] = bytes < 1e3 ? ['byte', 1] : bytes < 1e6 ? ['kilobyte', 1e3] : ['megabyte', 1e6];
  const digits = factor > 1 && bytes / factor < 100 ? 1 : 0;
  const format = {style: 'unit', unit, minimumFractionDigits: digits, maximumFractionDigits: digits};
  return new Intl.NumberFormat('en-US', format).format(bytes / factor).replace('byte', 'B');
}

await page.waitForSelector('::-p-aria(Load profile)');
// Ignores messages from before the first snapshot.
complaints.length = 0;

let loaded = 0;
for (const {name, file, total} of inputs(folder)) {
  if (total.deep > Number.MAX_SAFE_INTEGER) {
    continue;
  }
  const [chooser] = await Promise.all([page.waitForFileChooser(), page.locator('::-p-aria(Load profile)').click()]);
  await chooser.accept([file]);
  loaded++;
  const items = await until(`${name} is loaded`, async () => {
    const items = (await texts('[role=treeitem]')).filter(item => item.includes('('));
    const last = items.at(-1) ?? '';
    return items.length === loaded && /\d k?M?B\)/.test(last) ? items : null;
  });
  checks.equal(`${name}: size in the list of snapshots`, items?.at(-1).match(/\(.*\)/)?.[0], `(${shown(total.deep)})`);
}
checks.equal('complaints in the console', complaints.join('; '), '');
console.log(`${loaded} snapshots loaded`);
const version = await browser.version();
await browser.close();
checks.finish(version);
