// Starts a headless Chromium.

import path from 'node:path';
import {createRequire} from 'node:module';

/** Loads packages from a folder of npm packages. */
export const from = tools => createRequire(path.join(tools, 'package.json'));

/** Starts the browser with a new profile. Its own requests are off, because they hang without network access. */
export async function launch(tools, executablePath, more = []) {
  const {default: puppeteer} = await import(from(tools).resolve('puppeteer-core'));
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return puppeteer.launch({executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu', ...quiet, ...more]});
}
