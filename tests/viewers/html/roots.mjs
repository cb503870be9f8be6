// Operates the page of a census in Chromium: roots.mjs TOOLS INPUTS CHROMIUM SHOTS [NAME PAGE JSON]
//
// `census.mjs` compares all figures without a browser.

import fs from 'node:fs';
import path from 'node:path';
import {accessible, close, details, done, equal, holds, inputs, open, others, photographs, text, texts, view} from './browser.mjs';

const folder = path.join(inputs, 'census');
const [title = 'census', file = path.join(folder, 'census.html'), json = path.join(folder, 'census.json')] = others;
const census = JSON.parse(fs.readFileSync(json, 'utf8'));
const total = census.groups.reduce((sum, {deep_size: bytes}) => sum + bytes, 0);
const grouped = number => String(number).replace(/\B(?=(\d{3})+$)/g, ',');
const names = census.roots.map(({name}) => name);
const deepOf = root => census.groups.reduce((sum, {roots, deep_size: bytes}) => sum + (roots.includes(root) ? bytes : 0), 0);

const page = await open(file);
const here = () => text(page, '#crumbs [aria-current]');
equal('the total', await page.$eval('#total-deep data', found => found.value), String(total));
const counts = Object.fromEntries((await texts(page, '#tables h2')).map(heading => heading.match(/(.*) ([\d,]+)$/)?.slice(1) ?? []));
equal('the number of roots', counts.Roots, grouped(names.length));

// Sorting.
const all = await page.$('.roots .show-all');
if (await all.isVisible()) await all.click();
const column = at => page.$$eval('.roots tbody tr', (rows, at) => rows.map(row => row.cells[at].querySelector('data')?.value ?? row.cells[at].textContent), at);
await page.click('.roots th:nth-child(4) button');
const collator = new Intl.Collator('en', {numeric: true});
equal('roots by name', await column(3), [...names].sort(collator.compare));
equal('deep sizes', (await column(2)).map(Number), [...names].sort(collator.compare).map(name => deepOf(names.indexOf(name))));
await page.click('.roots th:nth-child(3) button');
equal('roots by deep size', (await column(2)).map(Number), names.map((_, root) => deepOf(root)).sort((one, other) => other - one));

// Search.
await page.keyboard.press('/');
await page.keyboard.type(names[0]);
holds('the root is found', (await texts(page, '#results .path')).includes(names[0]));
await page.keyboard.press('Enter');
equal('the root is selected', (await details(page)).Name, names[0]);
holds('and its deep size', (await details(page)).Deep.includes(`(${grouped(deepOf(0))} byte`));
for (let steps = 0; steps < 5; steps++) await page.keyboard.press('Escape');
equal('all roots again', await here(), 'all roots');

// Zooming, by mouse and keyboard. The matrix follows.
const first = await page.$('#map [aria-level="2"]');
const label = (await first.evaluate(cell => cell.getAttribute('aria-label'))).split(',')[0];
const box = await first.boundingBox();
await page.mouse.move(box.x + 20, box.y + 6);
holds('a tooltip', (await text(page, '#tip')).includes('exclusive'));
await page.mouse.click(box.x + 20, box.y + 6);
equal('a click zooms in', await here(), label);
const rows = await texts(page, '.matrix tbody th');
const largest = await page.$eval('#map [aria-level="2"]', cell => cell.getAttribute('aria-label').split(',')[0]);
equal('the matrix has the zoomed level', rows[0], largest);
await page.keyboard.press('Escape');
equal('Escape zooms out', await here(), 'all roots');

for (const kind of ['icicle', 'outline', 'treemap']) {
  await view(page, kind);
  for (const colours of ['depth', 'shared']) {
    await page.select('#colours', colours);
    holds(`${kind}, ${colours}: a legend`, (await texts(page, '#legend .entry')).length > 1);
  }
  await accessible(page, kind);
}
await close(page, title);

// Zooms to a level that has a matrix.
const zoom = async page => {
  await page.focus('#search');
  await page.keyboard.type(names[Math.floor(names.length / 2)].split('/')[0]);
  await page.keyboard.press('Enter');
  holds('there is a matrix', await page.$eval('.matrix', found => !found.hidden));
};
await photographs(title, file);
await photographs(`${title}-zoomed`, file, zoom);
await done();
