// Checks accessibility: roles, names, keyboard focus, and the rules of axe-core.

import path from 'node:path';
import {accessible, close, done, equal, holds, inputs, open, view} from './browser.mjs';

for (const file of ['service', 'hostile', 'cycle_leaked', 'opaque', 'empty', 'huge', 'truncated', 'many_blocks', 'layouts', 'sampled']) {
  for (const theme of ['light', 'dark']) {
    const page = await open(path.join(inputs, `${file}.html`), {theme});
    for (const kind of ['treemap', 'icicle', 'outline', 'search']) {
      if (kind === 'search') {
        await view(page, 'treemap');
        await page.focus('#search');
        await page.keyboard.type('e');
      } else {
        await view(page, kind);
      }
      await accessible(page, `${file}, ${theme}, ${kind}`);
    }
    await close(page, file);
  }
}

const page = await open(path.join(inputs, 'service.html'));
const session = await page.createCDPSession();
for (const kind of ['treemap', 'icicle', 'outline']) {
  await view(page, kind);
  const {nodes} = await session.send('Accessibility.getFullAXTree');
  const shown = nodes.filter(node => !node.ignored);
  const of = role => shown.filter(node => node.role?.value === role);
  for (const role of ['banner', 'main', 'navigation', 'search', 'contentinfo', 'tree', 'combobox', 'table']) {
    holds(`${kind}: ${role}`, of(role).length > 0);
  }
  equal(`${kind}: one tree`, of('tree').length, 1);
  const headings = of('heading').map(node => node.properties.find(({name}) => name === 'level').value.value);
  equal(`${kind}: levels of headings`, [headings[0], Math.max(...headings)], [1, 2]);
  for (const role of ['treeitem', 'button', 'combobox', 'radio', 'table', 'columnheader', 'tree', 'heading']) {
    equal(`${kind}: ${role} without a name`, of(role).filter(node => !node.name?.value?.trim()).length, 0);
  }
  const items = of('treeitem');
  holds(`${kind}: items`, items.length > 5);
  const unclear = items.map(node => node.name.value).filter(name => !/ B, |KiB, |counted at/.test(name) || !/%|counted at/.test(name));
  equal(`${kind}: items without a size`, unclear, []);
  holds(`${kind}: items have a level`, items.every(node => node.properties.some(({name}) => name === 'level')));
}

// Tabs through the whole page: each stop is visible, and the tree is a single stop.
await view(page, 'icicle');
await page.evaluate(() => document.activeElement.blur());
const stops = [];
for (;;) {
  await page.keyboard.press('Tab');
  const stop = await page.evaluate(() => {
    const at = document.activeElement;
    if (at === document.body || at.dataset.met) {
      return null;
    }
    at.dataset.met = 'yes';
    const style = getComputedStyle(at.matches('.choice input') ? at.nextElementSibling : at);
    return [at.closest('[id]')?.id ?? at.textContent, style.outlineStyle !== 'none' || style.boxShadow !== 'none'];
  });
  if (!stop || stops.length > 500) {
    break;
  }
  stops.push(stop);
}
holds('there are stops', stops.length > 10);
equal('invisible stops', stops.filter(([, isSeen]) => !isSeen), []);
equal('stops in the map', stops.filter(([id]) => id === 'map').length, 1);
await close(page, 'service');
await done();
