// Operates the pages of snapshots and timelines in Chromium. `track.mjs` compares all figures without a browser.

import fs from 'node:fs';
import path from 'node:path';
import {accessible, close, details, equal, done, holds, inputs as reports, open, photographs, text, texts, view} from './browser.mjs';

const inputs = path.join(reports, '..', 'track_inputs');
const file = name => path.join(inputs, `${name}.html`);
const read = name => JSON.parse(fs.readFileSync(path.join(inputs, `${name}.total`), 'utf8'));
const grouped = number => String(number).replace(/\B(?=(\d{3})+$)/g, ',');
const KINDS = {live: ['inuse', 'Live'], total: ['alloc', 'Allocated'], peak: ['peak', 'At the peak']};
const UNITS = {bytes: ['space', 'byte'], blocks: ['objects', 'block']};

for (const name of ['first', 'sampled']) {
  const {totals} = read(name);
  const page = await open(file(name));
  const here = () => text(page, '#crumbs [aria-current]');
  // The switches, by mouse.
  for (const [kind, [pprof, term]] of Object.entries(KINDS)) {
    await page.click(`label:has(input[value=${kind}])`);
    for (const [unit, [suffix, one]] of Object.entries(UNITS)) {
      await page.click(`label:has(input[value=${unit}])`);
      holds(`${name}: ${kind} ${unit}`, (await details(page))[term].includes(`${grouped(totals[`${pprof}_${suffix}`])} ${one}`));
    }
  }
  await page.click('label:has(input[value=live])');
  await page.click('label:has(input[value=bytes])');

  // Zooming, by mouse and keyboard.
  const cell = await page.$('#map [aria-level="2"]');
  const label = (await cell.evaluate(cell => cell.getAttribute('aria-label'))).split(',')[0];
  await cell.hover();
  holds(`${name}: the tooltip has the name`, (await text(page, '#tip')).includes(label));
  await cell.click();
  equal(`${name}: a click zooms in`, await here(), label);
  await page.keyboard.press('Escape');
  equal(`${name}: Escape zooms out`, await here(), 'all call stacks');
  await page.keyboard.press('ArrowDown');
  const inside = await page.evaluate(() => document.activeElement.getAttribute('aria-level'));
  holds(`${name}: an arrow goes to a callee`, Number(inside) > 1);
  const rows = await page.$$eval('#map .cell', cells => cells.map(cell => {
    const {left, right, top, bottom} = cell.getBoundingClientRect();
    return {left, right, top, bottom};
  }));
  const overlaps = rows.filter((one, at) => rows.some((two, other) => other < at
    && one.left < two.right - 1 && two.left < one.right - 1 && one.top < two.bottom - 1 && two.top < one.bottom - 1));
  equal(`${name}: frames do not overlap`, overlaps, []);

  // Search, by keyboard.
  await page.keyboard.press('/');
  await page.keyboard.type('work::');
  holds(`${name}: functions are found`, /^\d+ match.*together/.test(await text(page, '#found')));
  holds(`${name}: and marked`, (await page.$$('#map .hit')).length > 0);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  holds(`${name}: the chosen one is selected`, JSON.stringify(await details(page)).includes('work::'));

  // Sorting.
  const sizes = () => page.$$eval('.lines tbody tr', rows => rows.map(row => Number(row.cells[2].querySelector('data').value)));
  await page.click('.lines th:nth-child(3) button');
  equal(`${name}: lines by allocated bytes`, await sizes(), [...await sizes()].sort((one, other) => other - one));
  await page.click('.lines th:nth-child(3) button');
  equal(`${name}: and the other way`, await sizes(), [...await sizes()].sort((one, other) => one - other));

  await view(page, 'outline');
  holds(`${name}: the outline`, (await texts(page, '#rows .row')).length > 1);
  for (const colours of ['crate', 'depth']) await page.select('#colours', colours);
  await accessible(page, `${name}, outline`);
  await close(page, name);
}

{
  const page = await open(file('changes'));
  const change = await details(page);
  await page.click('label:has(input[value=amounts])');
  holds('amounts differ from changes', JSON.stringify(await details(page)) !== JSON.stringify(change));
  await page.click('label:has(input[value=changes])');
  equal('back to the changes', await details(page), change);
  await close(page, 'changes');
}

{
  const moments = fs.readFileSync(path.join(inputs, 'timeline.csv'), 'utf8').trim().split('\n').slice(1).map(line => line.split(','));
  const page = await open(file('timeline'));
  await page.focus('#plot');
  await page.keyboard.press('Home');
  for (const [seconds, live] of moments.slice(0, 40)) {
    const found = await details(page);
    holds(`moment ${seconds}: time`, found.Time.endsWith(`(${grouped(Number(seconds.replace('.', '')))} µs)`));
    holds(`moment ${seconds}: live`, found.Live.includes(`${grouped(live)} byte`));
    await page.keyboard.press('ArrowRight');
  }
  await page.keyboard.press('End');
  holds('the last moment', (await details(page)).Live.includes(`${grouped(moments.at(-1)[1])} byte`));
  const plot = await (await page.$('#plot')).boundingBox();
  await page.mouse.move(plot.x + plot.width / 2, plot.y + plot.height / 2);
  holds('a tooltip', (await text(page, '#tip')).length > 0);
  // Names of marks are within the plot, and overlap neither each other nor the names of the axis.
  const boxes = await page.$$eval('#plot text', names => names.map(name => {
    const {left, right, top, bottom} = name.getBoundingClientRect();
    return {name: name.textContent, left, right, top, bottom};
  }));
  const over = boxes.filter((one, at) => boxes.slice(0, at).some(two =>
    one.left < two.right - 1 && two.left < one.right - 1 && one.top < two.bottom - 3 && two.top < one.bottom - 3));
  equal('names overlap nothing', over.map(({name}) => name), []);
  equal('names outside the plot', boxes.filter(({left, right}) => left < plot.x - 1 || right > plot.x + plot.width + 1).map(({name}) => name), []);
  await close(page, 'timeline');
}

for (const name of ['first', 'changes', 'timeline']) await photographs(name, file(name));
await done();
