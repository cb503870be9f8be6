// A browser that records console messages and network requests, and counted checks.

import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

export const [tools, inputs, executablePath, shots] = process.argv.slice(2);
const require = createRequire(path.join(tools, 'package.json'));
const {default: puppeteer} = await import(require.resolve('puppeteer-core'));
export const axe = fs.readFileSync(require.resolve('axe-core'), 'utf8');

export const browser = await puppeteer.launch({executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu']});

let checked = 0;
let failed = 0;

export function equal(what, found, expected) {
  checked += 1;
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) {
    failed += 1;
    console.log(`DIFFERENT ${what}: found ${one?.slice(0, 400)}, expected ${other?.slice(0, 400)}`);
  }
}

export const holds = (what, found) => equal(what, Boolean(found), true);

export const sleep = milliseconds => new Promise(done => setTimeout(done, milliseconds));

/** Opens a file in a new page. */
export async function open(file, {width = 1280, height = 900, theme = 'light', reducedMotion = true, isPhone = false} = {}) {
  const page = await browser.newPage();
  const complaints = [];
  page.on('pageerror', error => complaints.push(error.message));
  page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('dialog', dialog => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  const url = pathToFileURL(file).href;
  page.on('request', request => {
    if (request.url() !== url && request.url() !== 'data:,') {
      complaints.push(`request: ${request.url()}`);
    }
  });
  await page.setViewport({width, height, isMobile: isPhone, hasTouch: isPhone});
  await page.emulateMediaFeatures([
    {name: 'prefers-color-scheme', value: theme},
    {name: 'prefers-reduced-motion', value: reducedMotion ? 'reduce' : 'no-preference'},
  ]);
  await page.goto(url);
  return Object.assign(page, {complaints});
}

export async function close(page, what) {
  equal(`complaints of ${what}`, page.complaints, []);
  await page.close();
}

/** Chooses the treemap, the icicle or the outline. */
export const view = (page, name) => page.evaluate(name => document.querySelector(`input[value=${name}]`).click(), name);

/** The texts of all matching elements. */
export const texts = (page, selector) =>
    page.$$eval(selector, found => found.map(one => one.textContent.replace(/\s+/g, ' ').trim()));

export const text = async (page, selector) => (await texts(page, selector))[0];

/** The details below the map, by term. */
export const details = page => page.$$eval(
    '#details div', pairs => Object.fromEntries(pairs.map(pair => [...pair.children].map(part => part.textContent))));

/** Writes a page with other data of any size. */
export function made(name, tree) {
  const page = fs.readFileSync(path.join(inputs, 'empty.html'), 'utf8');
  const columns = {name: [], type: [], parent: [], target: [], flags: [], count: [], deep: [], own: [], spare: [], shared: [], allocations: [], padding: [], unused: [], sample: []};
  const names = [];
  for (const [at, {parent, own}] of tree.entries()) {
    names.push(at === 0 ? '.' : `field_${at}`);
    const row = {name: at, type: at % 40, parent, target: -1, flags: parent < 0 ? 0 : 1, count: 1, deep: own, own, spare: 0, shared: 0, allocations: 1, padding: 0, unused: 0, sample: 0};
    Object.entries(row).forEach(([column, value]) => columns[column].push(value));
  }
  for (let at = tree.length - 1; at > 0; at--) {
    columns.deep[tree[at].parent] += columns.deep[at];
  }
  const types = Array.from({length: 40}, (_, at) => `crate::Type${at}`);
  const none = {all: 0, rows: []};
  const byType = {all: 40, rows: types.map((_, at) => [at, 1, 4000 - at, 0, 0, 0, 0])};
  const shared = tree.slice(1).map((_, at) => [at % 40, at * 3, at * 2, at, 1, 0, 0, 0, 'freed', [at], 0]).reverse();
  const data = {
    deep: columns.deep[0], names, nodes: columns, byType, largest: none, shared: {all: shared.length, rows: shared},
    cycles: none, layouts: none, advice: none, opaque: none, bounds: none, types, shortTypes: types.map(type => type.slice(7)),
  };
  const start = page.indexOf('>', page.indexOf('id="data"')) + 1;
  const file = path.join(tools, `${name}.html`);
  fs.writeFileSync(file, page.slice(0, start) + JSON.stringify(data) + page.slice(page.indexOf('</script>', start)));
  return file;
}

/** A tree of `nodes` nodes. Each has a parent among the first third of its predecessors. */
export function bushy(nodes) {
  let state = 88172645463325252n;
  const next = below => {
    state ^= (state << 13n) & 0xffffffffffffffffn;
    state ^= state >> 7n;
    state ^= (state << 17n) & 0xffffffffffffffffn;
    return Number(state % BigInt(below));
  };
  const tree = [{parent: -1, own: 10}];
  while (tree.length < nodes) {
    const own = next(4) === 0 ? 0 : Math.floor(2 ** (4 + next(100) / 10));
    tree.push({parent: next(Math.max(1, Math.floor(tree.length / 3))), own});
  }
  return tree;
}

export async function done() {
  await browser.close();
  console.log(`${checked} comparisons, ${failed} differences`);
  process.exit(failed === 0 ? 0 : 1);
}
