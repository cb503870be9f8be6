// Operates a page by mouse and keyboard.

import fs from 'node:fs';
import path from 'node:path';
import {close, details, done, equal, holds, inputs, made, open, sleep, text, texts, view} from './browser.mjs';

const total = JSON.parse(fs.readFileSync(path.join(inputs, 'service.total'), 'utf8'));
const byPath = new Map(total.nodes.map(node => [node.path, node]));
const page = await open(path.join(inputs, 'service.html'));
const here = async () => (await texts(page, '#crumbs [aria-current]'))[0];
const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.id);
const root = await here();
const exact = bytes => `(${String(bytes).replace(/\B(?=(\d{3})+$)/g, ',')} byte`;

for (const kind of ['treemap', 'icicle']) {
  await view(page, kind);
  // The largest child of the root.
  const inside = await page.$$eval('#map [aria-level="2"]', cells => cells.map(cell => cell.getAttribute('aria-label')));
  holds(`${kind}: there are cells`, inside.length > 1);
  const box = await page.$eval('#map [aria-level="2"]', cell => cell.getBoundingClientRect().toJSON());
  const named = inside[0].split(',')[0];
  await page.mouse.move(box.x + 20, box.y + 6);
  holds(`${kind}: the tooltip has the name`, (await text(page, '#tip')).startsWith(named));
  holds(`${kind}: the tooltip has the exact size`, /[\d,]+ bytes/.test(await text(page, '#tip')));
  await page.mouse.click(box.x + 20, box.y + 6);
  equal(`${kind}: a click zooms in`, await here(), named);
  equal(`${kind}: the bytes are those of the report`,
    (await details(page)).Bytes.includes(exact(byPath.get(named).deep)), true);
  await page.keyboard.press('Escape');
  equal(`${kind}: Escape zooms out`, await here(), root);
  holds(`${kind}: the focus is where it was`, (await focused()).startsWith(named));
  await page.keyboard.press('Enter');
  equal(`${kind}: Enter zooms in`, await here(), named);
  await page.keyboard.press('ArrowRight');
  holds(`${kind}: an arrow goes inside`, !(await focused()).startsWith(named));
  await page.keyboard.press('ArrowLeft');
  holds(`${kind}: another one back`, (await focused()).startsWith(named));
  await page.keyboard.press('Backspace');
  equal(`${kind}: Backspace zooms out`, await here(), root);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  const first = await focused();
  await page.keyboard.press('ArrowDown');
  const second = await focused();
  holds(`${kind}: down to the next one`, first !== second && first === inside[0] && inside.includes(second));
  await page.keyboard.press('ArrowUp');
  equal(`${kind}: and up again`, await focused(), first);
  await page.keyboard.press('End');
  holds(`${kind}: to the last one`, await page.evaluate(() =>
    document.activeElement === [...document.querySelectorAll('#map [role=treeitem]')].pop()));
  holds(`${kind}: the focus is visible`, await page.evaluate(() =>
    getComputedStyle(document.activeElement).boxShadow !== 'none'));
  const spilt = await page.$$eval('#map .line', lines => lines.filter(line => {
    const cell = line.parentElement.getBoundingClientRect();
    const inside = [...line.children].map(child => child.getBoundingClientRect());
    return inside.some(box => box.right > cell.right + 1 || box.bottom > cell.bottom + 3);
  }).length);
  equal(`${kind}: labels outside their boxes`, spilt, 0);
}

// Spare capacity and nodes too small to show: two patterns, both in the legend.
for (const kind of ['treemap', 'icicle']) {
  await view(page, kind);
  equal(`${kind}: the root has its type's name`, (await page.$eval('#map [aria-level="1"]', cell => cell.getAttribute('aria-label'))).split(',')[0], root);
  const legend = await texts(page, '#legend .entry');
  const pattern = selector => page.$eval(selector, found => getComputedStyle(found).backgroundImage);
  const patterns = await Promise.all(['#legend .spare', '#legend .rest'].map(pattern));
  equal(`${kind}: the legend has both`, ['spare capacity', 'too small to show'].filter(entry => !legend.includes(entry)), []);
  holds(`${kind}: two patterns`, patterns[0] !== 'none' && patterns[1] !== 'none' && patterns[0] !== patterns[1]);
  holds(`${kind}: spare capacity is drawn`, (await page.$$('#map .spare')).length > 0);
  equal(`${kind}: spare capacity looks as in the legend`, await pattern('#map .spare'), patterns[0]);
  const small = await page.$('#map .rest');
  if (small) {
    equal(`${kind}: small nodes look as in the legend`, await pattern('#map .rest'), patterns[1]);
  }
}

// The outline: every node is reachable by keyboard.
await view(page, 'outline');
await page.focus('#rows [tabindex="0"]');
await page.keyboard.press('Home');
const reached = new Set();
for (let steps = 0; steps < 4 * total.nodes.length; steps++) {
  const row = await page.evaluate(() => [document.activeElement.dataset.node, document.activeElement.getAttribute('aria-expanded')]);
  reached.add(row[0]);
  await page.keyboard.press(row[1] === 'false' ? 'ArrowRight' : 'ArrowDown');
}
equal('nodes reached in the outline', reached.size, total.nodes.length);
await page.keyboard.press('Home');
await page.keyboard.press('ArrowDown');
const opened = await page.$$eval('#rows .row', rows => rows.length);
await page.keyboard.press('ArrowLeft');
holds('a key closes', await page.$$eval('#rows .row', rows => rows.length) < opened);
await page.keyboard.press('Enter');
holds('Enter zooms in the outline', await here() !== root);
await page.keyboard.press('Escape');
equal('Escape zooms out of it', await here(), root);

// Tables.
const column = at => page.$$eval('#types ~ .frame tbody tr', (rows, at) => rows.map(row => row.cells[at].textContent), at);
const sorts = () => page.$$eval('#types ~ .frame th', heads => heads.map(head => head.getAttribute('aria-sort')));
equal('the largest are first', (await sorts())[0], 'descending');
await page.$eval('.show-all', button => button.hidden || button.click());
equal('all types', (await column(7)).length, total.types.length);
await page.focus('#types ~ .frame th:nth-child(8) button');
await page.keyboard.press('Enter');
equal('sorted by name', (await sorts())[7], 'ascending');
const ordered = await column(7);
const collator = new Intl.Collator('en', {numeric: true});
equal('names in order', ordered, [...ordered].sort(collator.compare));
await page.keyboard.press('Enter');
equal('sorted the other way', [(await sorts())[7], await column(7)], ['descending', [...ordered].sort((a, b) => collator.compare(b, a))]);
await page.click('#types ~ .frame th:nth-child(7) button');
const counts = (await column(6)).map(count => Number(count.replaceAll(',', '')));
equal('counts in order', counts, [...counts].sort((a, b) => b - a));
equal('one column is sorted', (await sorts()).filter(Boolean), ['descending']);

// The bars of layouts.
const layouts = await open(path.join(inputs, 'layouts.html'));
const sizes = () => layouts.$$eval('.layouts tbody tr', rows => rows.map(row => Number(row.cells[3].querySelector('data').value)));
await layouts.click('.layouts th:nth-child(4) button');
equal('layouts by size', await sizes(), [...await sizes()].sort((a, b) => b - a));
const bars = await layouts.$$eval('.bytes-bar', bars => bars.map(bar => [...bar.children].map(part => part.className)));
for (const kind of ['fields', 'discriminant', 'padding', 'unused']) {
  holds(`a bar has ${kind}`, bars.flat().includes(`bytes-${kind}`));
}
await close(layouts, 'layouts');

// Search.
await view(page, 'treemap');
await page.focus('#map [tabindex="0"]');
await page.keyboard.press('/');
equal('a slash focuses the search', await focused(), 'search');
const wanted = total.nodes.map(node => node.path).filter(found => /^\w+$/.test(found))[0];
await page.keyboard.type(wanted);
const hits = total.nodes.filter(({path, type}) => {
  const name = path.toLowerCase();
  return name.lastIndexOf(wanted) >= 0 && !/[.[ :]/.test(name.slice(name.lastIndexOf(wanted) + wanted.length))
      || type.toLowerCase().includes(wanted);
});
holds(`${wanted}: ${hits.length} found`, (await text(page, '#found')).startsWith(`${hits.length} match`));
holds('hits are marked', (await page.$$('#map .hit')).length > 0);
equal('hits have sizes', await page.$$eval('#map [role=treeitem].hit', cells =>
  cells.every(cell => cell.getAttribute('aria-label').includes('KiB') || cell.getAttribute('aria-label').includes(' B'))), true);
equal('the list is open', await page.$eval('#search', input => input.getAttribute('aria-expanded')), 'true');
await page.keyboard.press('ArrowDown');
const active = await page.$eval('#search', input => input.getAttribute('aria-activedescendant'));
const option = await text(page, `#${active} .path`);
await page.keyboard.press('Enter');
equal('the chosen one is selected', (await details(page)).Path, option);
holds('and has the focus', (await focused()).length > 0);
await page.focus('#search');
await page.keyboard.press('Escape');
await page.keyboard.press('Escape');
equal('Escape empties the search', await page.$eval('#search', input => input.value), '');
equal('nothing is marked any more', (await page.$$('#map .hit')).length, 0);
await page.keyboard.type('no such path');
equal('nothing is found', await text(page, '#found'), 'No match.');
await page.keyboard.press('Escape');

// Themes.
const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const light = await ground();
await page.click('#theme');
const dark = await ground();
holds('the other theme', light !== dark);
equal('in the dark the button offers light', await text(page, '#theme'), 'Switch to light');
await page.click('#theme');
equal('back to the first', await ground(), light);
equal('in the light the button offers dark', await text(page, '#theme'), 'Switch to dark');
await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: 'dark'}]);
equal('the choice outlives the system', await ground(), light);
equal('the button follows the choice', await text(page, '#theme'), 'Switch to dark');

// Printing.
holds('it can be printed', (await page.pdf()).length > 10_000);
await close(page, 'service');

const dusk = await open(path.join(inputs, 'service.html'), {theme: 'dark'});
equal('dark at once where the system is', await dusk.evaluate(() => getComputedStyle(document.body).backgroundColor), dark);
await close(dusk, 'service, dark');

// Motion, unless the system reduces it.
for (const reducedMotion of [true, false]) {
  const page = await open(path.join(inputs, 'service.html'), {reducedMotion});
  await page.$eval('#map [aria-level="2"]', cell => cell.click());
  const moving = await page.$eval('#map', map => map.getAnimations().length);
  equal(`motion, reduced: ${reducedMotion}`, moving > 0, !reducedMotion);
  await close(page, 'motion');
}

// Narrow windows.
for (const file of ['service', 'hostile', 'many_blocks']) {
  const page = await open(path.join(inputs, `${file}.html`), {width: 360, height: 740});
  for (const kind of ['treemap', 'icicle', 'outline']) {
    await view(page, kind);
    equal(`${file}: ${kind} at 360 pixels`, await page.evaluate(() => document.documentElement.scrollWidth), 360);
  }
  await close(page, `${file}, narrow`);
}

// Keyboard help, except on devices without a keyboard.
for (const [what, options, isShown] of [
  ['a desk', {}, true],
  ['a narrow window', {width: 390, height: 844}, false],
  ['a phone', {width: 390, height: 844, isPhone: true}, false],
  ['a tablet', {width: 1024, height: 768, isPhone: true}, false],
]) {
  const page = await open(path.join(inputs, 'service.html'), options);
  for (const part of ['#keyboard-help', '.search kbd']) {
    equal(`${what}: ${part}`, await page.$eval(part, found => found.checkVisibility()), isShown);
  }
  await close(page, what);
}

// Ten thousand levels.
const chain = Array.from({length: 10_000}, (_, at) => ({parent: at - 1, own: 3 + at % 5}));
const deep = await open(made('chain', chain));
await deep.focus('#search');
await deep.keyboard.type('field_9999');
await deep.keyboard.press('Enter');
holds('the deepest node is found', (await details(deep)).Path.endsWith('.field_9999'));
for (const kind of ['icicle', 'outline', 'treemap']) {
  await view(deep, kind);
  for (const key of ['Escape', 'Escape', 'Enter']) {
    await deep.focus('[role=tree]:not([hidden]) [tabindex="0"]').catch(() => {});
    await deep.keyboard.press(key);
  }
  holds(`${kind}: near the end of the chain`, /field_99\d\d/.test((await texts(deep, '#crumbs [aria-current]'))[0]));
}
await sleep(50);
await close(deep, 'a chain');
await done();
