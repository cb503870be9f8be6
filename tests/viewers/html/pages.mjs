// Opens every page and compares its first view with the report.

import fs from 'node:fs';
import path from 'node:path';
import {close, details, done, equal, holds, inputs, made, open, text, texts, view} from './browser.mjs';

// Numbers may exceed JavaScript's, so they are read as strings.
const read = file => JSON.parse(fs.readFileSync(file, 'utf8').replace(/(": )(\d+)(,?)$/gm, '$1"$2"$3'));
const grouped = digits => digits.replace(/\B(?=(\d{3})+$)/g, ',');

const files = fs.readdirSync(inputs).filter(file => file.endsWith('.html')).sort();
holds('there are pages', files.length > 20);
for (const file of files) {
  const name = file.replace('.html', '');
  const total = read(path.join(inputs, `${name}.total`));
  const page = await open(path.join(inputs, file));
  for (const sum of ['deep', 'shallow', 'spare', 'padding', 'unused', 'shared', 'exclusive', 'external', 'cyclic']) {
    equal(`${name}: ${sum}`, await page.$eval(`#total-${sum} data`, found => found.value), total[sum]);
  }
  const {deep, nodes, types, blocks, layouts} = total;
  const shown = await text(page, '#total-deep data');
  holds(`${name}: exact bytes at the top`, (await text(page, '#total-deep small')).startsWith(`${grouped(deep)} byte`));
  holds(`${name}: bytes of the root`, (await details(page)).Bytes.startsWith(`${shown} (${grouped(deep)} byte`));
  const cell = await page.$eval('#map [role=treeitem]', found => found.getAttribute('aria-label'));
  holds(`${name}: the cell of the root says ${shown}`, cell.includes(`, ${shown}, `));
  const sum = await page.evaluate(() =>
    String(JSON.parse(document.getElementById('data').textContent).nodes.own.reduce((sum, own) => sum + BigInt(own), 0n)));
  equal(`${name}: the nodes together`, sum, deep);
  equal(`${name}: nothing else runs`, await page.$$eval('script', found => found.length), 2);

  await view(page, 'icicle');
  await view(page, 'outline');
  const counts = Object.fromEntries((await texts(page, '#tables h2')).map(heading => heading.match(/(.*) ([\d,]+)$/).slice(1)));
  equal(`${name}: types`, counts.Types, grouped(String(types.length)));
  equal(`${name}: shared allocations`, counts['Shared allocations'] ?? '0', grouped(String(blocks.length)));
  const rows = await page.$$eval('#rows [data-node]', rows => rows.length);
  holds(`${name}: rows of the outline`, rows >= 1 && rows <= nodes.length);
  const bytes = await page.$eval('#types ~ .frame tbody', body =>
    [...body.rows].map(row => row.querySelector('data').value));
  equal(`${name}: largest types`, bytes, types.slice(0, bytes.length).map(type => type.bytes));
  equal(`${name}: layouts`, counts.Layouts ?? '0', grouped(String(layouts.length)));
  const bars = await page.$$eval('.layouts .bytes-lines', found => found.map(lines => ({
    lines: lines.querySelectorAll('.bytes-text').length,
    wide: [...lines.querySelectorAll('.bytes-bar')].every(bar => bar.getBoundingClientRect().width >= 300),
  })));
  holds(`${name}: a line for each variant`, bars.every(({lines}, at) =>
    lines === (layouts[at].kind === 'enum' ? 1 + Math.min(layouts[at].variants.length, 8) : 1)));
  holds(`${name}: bars fill their cells`, bars.every(({wide}) => wide));
  const estimated = nodes.some(node => Number(node.sample) > 0);
  equal(`${name}: estimates are marked`, (await text(page, '#rows')).includes('≈'), estimated);
  await close(page, name);
}

// Halves are rounded to even, like in the text report.
for (const [bytes, expected] of [[1280, '1.2 KiB'], [1792, '1.8 KiB'], [1023, '1023 B'], [1048525, '1.0 MiB']]) {
  const page = await open(made('rounded', [{parent: -1, own: bytes}]));
  holds(`${bytes} as ${expected}`, (await details(page)).Bytes.startsWith(`${expected} (`));
  await close(page, 'a made page');
}

// Names are never markup, and invisible characters are escaped.
const page = await open(path.join(inputs, 'hostile.html'));
await view(page, 'outline');
const names = (await texts(page, '#rows .name')).join('\n');
holds('names with markup are shown as they are', names.includes('<'));
holds('no invisible characters', !/[\u0000-\u0009\u000b-\u001f\u007f\u2028-\u202e]/u.test(names));
await close(page, 'hostile names');
await done();
