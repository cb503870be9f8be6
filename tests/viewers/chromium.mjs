// Starts a headless Chromium.

import path from 'node:path';
import {createRequire} from 'node:module';

/** Loads a package of a folder of npm packages. */
export const from = tools => createRequire(path.join(tools, 'package.json'));

/** Starts the browser with a new profile. Requests by the browser itself are off, because they block on a closed network. */
export async function launch(tools, executablePath, more = []) {
  const {default: puppeteer} = await import(from(tools).resolve('puppeteer-core'));
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return puppeteer.launch({executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu', ...quiet, ...more]});
}
