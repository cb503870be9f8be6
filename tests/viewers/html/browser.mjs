// A browser that records console messages and network requests, and counted checks.

import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {from, launch} from '../chromium.mjs';
import {equal, finish, holds} from './compare.mjs';

export {equal, holds};
// Scripts for some pages take further arguments.
export const [tools, inputs, executablePath, shots, ...others] = process.argv.slice(2);
const axe = fs.readFileSync(from(tools).resolve('axe-core'), 'utf8');

export const browser = await launch(tools, executablePath);

export const sleep = milliseconds => new Promise(done => setTimeout(done, milliseconds));

/** Opens a file or a URL in a new page. */
export async function open(file, {width = 1280, height = 900, theme = 'light', reducedMotion = true, isPhone = false} = {}) {
  const page = await browser.newPage();
  const complaints = [];
  page.on('pageerror', error => complaints.push(error.message));
  page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('dialog', dialog => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  const url = file.startsWith('http:') ? file : pathToFileURL(file).href;
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

/** Chooses the radio button with a value, such as the treemap, the icicle or the outline. */
export const view = (page, name) => page.evaluate(name => document.querySelector(`input[value=${name}]`).click(), name);

/** Checks the page against the rules of axe-core. */
export async function accessible(page, what) {
  await page.evaluate(axe);
  const {violations} = await page.evaluate(() => globalThis.axe.run());
  const found = violations.map(({id, nodes}) => `${id}: ${nodes.length} × ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary}`);
  equal(`${what}: violations found by axe-core`, found, []);
}

/** The sizes of windows, by name. */
export const WINDOWS = {desktop: {width: 1280, height: 900}, phone: {width: 390, height: 844, isPhone: true}};

/** Takes screenshots of a page in each window and theme. Checks that it fits and is accessible. */
export async function photographs(name, file, prepare = async () => {}) {
  for (const [size, options] of Object.entries(WINDOWS)) {
    for (const theme of ['light', 'dark']) {
      const page = await open(file, {...options, theme});
      await prepare(page);
      const what = `${name}-${size}-${theme}`;
      equal(`${what}: width`, await page.evaluate(() => document.documentElement.scrollWidth), options.width);
      await accessible(page, what);
      await page.screenshot({path: path.join(shots, `${what}.png`), fullPage: true});
      await close(page, what);
    }
  }
}

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
  finish();
}
