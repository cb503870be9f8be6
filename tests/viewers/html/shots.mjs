// Takes screenshots for inspection by eye.

import fs from 'node:fs';
import path from 'node:path';
import {bushy, close, done, holds, inputs, made, open, shots, sleep, view} from './browser.mjs';

const large = made('bushy_5000', bushy(5000));
const service = path.join(inputs, 'service.html');
const pictures = [
  ['treemap-light', service, {}, 'treemap'],
  ['treemap-dark', service, {theme: 'dark'}, 'treemap'],
  ['icicle-light', service, {}, 'icicle'],
  ['icicle-dark', service, {theme: 'dark'}, 'icicle'],
  ['outline-light', service, {}, 'outline'],
  ['outline-dark', service, {theme: 'dark'}, 'outline'],
  ['narrow-light', service, {width: 390, height: 844}, 'treemap'],
  ['narrow-dark', service, {width: 390, height: 844, theme: 'dark'}, 'icicle'],
  ['narrow-outline', service, {width: 390, height: 844}, 'outline'],
  ['large-treemap', large, {}, 'treemap'],
  ['large-icicle', large, {theme: 'dark'}, 'icicle'],
  ['hostile', path.join(inputs, 'hostile.html'), {}, 'outline'],
  ['leaks', path.join(inputs, 'cycle_leaked.html'), {}, 'icicle'],
  ['huge', path.join(inputs, 'huge.html'), {}, 'treemap'],
  ['layouts-light', path.join(inputs, 'layouts.html'), {}, 'outline'],
  ['layouts-dark', path.join(inputs, 'sampled.html'), {theme: 'dark'}, 'outline'],
  ['empty', path.join(inputs, 'empty.html'), {}, 'treemap'],
];
for (const [name, file, options, kind] of pictures) {
  const page = await open(file, options);
  await view(page, kind);
  await sleep(50);
  await page.screenshot({path: path.join(shots, `${name}.png`), fullPage: true});
  await close(page, name);
}
const page = await open(service);
await page.focus('#search');
await page.keyboard.type('string');
await page.keyboard.press('ArrowDown');
await page.screenshot({path: path.join(shots, 'search.png')});
await page.pdf({path: path.join(shots, 'print.pdf'), format: 'A4', margin: {top: 40, bottom: 40, left: 40, right: 40}});
await close(page, 'search');
holds('pictures', fs.readdirSync(shots).length > pictures.length);
console.log(`in ${shots}`);
await done();
