// Takes pictures of the HTML report, light and dark.

import path from 'node:path';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const [tools, file, executablePath, images] = process.argv.slice(2);
const require = createRequire(path.join(tools, 'package.json'));
const {default: puppeteer} = await import(require.resolve('puppeteer-core'));
const sharp = require('sharp');

const browser = await puppeteer.launch({executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu']});
for (const theme of ['light', 'dark']) {
  const page = await browser.newPage();
  await page.setViewport({width: 1000, height: 740, deviceScaleFactor: 2});
  await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: theme}]);
  await page.goto(pathToFileURL(file).href);
  // Up to the legend of the map.
  const height = await page.$eval('#legend', legend => legend.getBoundingClientRect().bottom + 6);
  const picture = await page.screenshot({clip: {x: 0, y: 0, width: 1000, height}});
  // A palette makes the file a third as large.
  await sharp(picture).png({palette: true, quality: 95, effort: 10}).toFile(path.join(images, `report-${theme}.png`));
  await page.close();
}
await browser.close();
