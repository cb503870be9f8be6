// Measures the response time of each action in large trees: script and layout.

import {bushy, close, done, equal, holds, made, open, view} from './browser.mjs';

const flat = nodes => Array.from({length: nodes}, (_, at) => ({parent: at === 0 ? -1 : 0, own: 100 + at % 50}));
const MOST = {5000: 50, 10000: 150};

/** Runs in the page. Returns the median time of an action in milliseconds: script alone, and with layout. */
function timed(actions, rounds) {
  const script = [];
  const whole = [];
  for (let round = 0; round < rounds; round++) {
    for (const [selector, kind, detail] of actions) {
      const on = document.querySelector(selector);
      if (kind === 'type') {
        on.value = detail;
      }
      const event = kind === 'key' ? new KeyboardEvent('keydown', {key: detail, bubbles: true}) :
          kind === 'type' ? new Event('input', {bubbles: true}) : new MouseEvent('click', {bubbles: true});
      const start = performance.now();
      on.dispatchEvent(event);
      script.push(performance.now() - start);
      document.body.offsetHeight;
      whole.push(performance.now() - start);
    }
  }
  const median = times => times.sort((one, other) => one - other)[times.length >> 1];
  return [median(script), median(whole)];
}

for (const [name, tree] of [['bushy', bushy(5000)], ['flat', flat(5000)], ['bushy', bushy(10000)], ['flat', flat(10000)]]) {
  const page = await open(made(`${name}_${tree.length}`, tree));
  const drawn = await page.$$eval('#map .cell', cells => cells.length);
  const report = [];
  const measure = async (what, actions, rounds = 9) => {
    const [script, whole] = await page.evaluate(timed, actions, rounds);
    report.push(`${what} ${script.toFixed(1)} (${whole.toFixed(1)})`);
    holds(`${name}, ${tree.length} nodes: ${what} takes ${script.toFixed(1)} ms`, script < MOST[tree.length]);
  };
  for (const kind of ['treemap', 'icicle']) {
    await view(page, kind);
    holds(`${kind}: cells`, (await page.$$('#map .cell')).length <= 1000);
    if (name === 'bushy') {
      await measure(`${kind}: in`, [['#map [aria-level="2"]', 'click'], ['#map [role=treeitem]', 'key', 'Escape']]);
    }
    await measure(`${kind}: arrow`, [['#map [aria-selected=true]', 'key', 'ArrowDown']], 15);
    await measure(`${kind}: search`, [['#search', 'type', 'field_1'], ['#search', 'type', 'type3'], ['#search', 'type', 'field_12']], 5);
    await measure(`${kind}: clear`, [['#search', 'type', '']], 3);
  }
  await view(page, 'outline');
  await measure('outline: open', [['#rows .row:nth-child(2)', 'click']]);
  await measure('sort', [['#shared-blocks ~ .frame th:nth-child(3) button', 'click']]);
  const start = await page.evaluate(() => performance.timing.domComplete - performance.timing.responseEnd);
  console.log(`${name}, ${tree.length} nodes, ${drawn} cells, ready after ${start} ms; ms of script (with layout): ${report.join(', ')}`);
  equal('the map is there', drawn > 100, true);
  await close(page, name);
}
await done();
