// Opens profiles in DHAT's own viewer through its file chooser.

import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {launch} from './chromium.mjs';

const [tools, inputs, executablePath, viewer, shots] = process.argv.slice(2);
const browser = await launch(tools, executablePath, ['--lang=en-US']);

let compared = 0;
let differed = 0;
function same(what, shown, expected, loud = true) {
  compared += 1;
  const [one, other] = [JSON.stringify(shown), JSON.stringify(expected)];
  if (one !== other) {
    differed += 1;
    console.log(`DIFFERS  ${what}: ${one?.slice(0, 600)} is shown, ${other?.slice(0, 600)} was expected`);
  } else if (loud) {
    console.log(`same     ${what}: ${one}`);
  }
}

const number = text => Number(text.replaceAll(',', ''));

/** The figures in the text of a program point, by line. */
function figures(text) {
  const amounts = {};
  for (const [, line, bytes, blocks] of text.matchAll(/^\W*(Total|Max|At t-gmax|At t-end): +([\d,]+) bytes.*? in ([\d,]+) blocks/gm)) {
    amounts[line] = [number(bytes), number(blocks)];
  }
  return amounts;
}

async function open(file) {
  const page = await browser.newPage();
  const complaints = [];
  page.on('pageerror', error => complaints.push(error.message));
  page.on('console', message => complaints.push(message.text()));
  await page.setViewport({width: 1400, height: 1000});
  await page.goto(pathToFileURL(viewer).href);
  await (await page.$('input[type=file]')).uploadFile(file);
  await page.waitForFunction(() => document.querySelector('.invocation') || document.querySelector('.error'), {timeout: 20000});
  return Object.assign(page, {complaints});
}

/** The available metrics, by label. */
const metrics = page => page.$$eval('option', options =>
    options.filter(option => !option.disabled).map(option => [option.label, option.value]));

/** The texts of the root and its children, in page order. */
const points = page => page.evaluate(() => {
  const [root] = document.querySelectorAll('pre > span.internal, pre > span.leaf');
  const kids = root.nextSibling?.className === 'kids' ? [...root.nextSibling.children] : [];
  return [root, ...kids.filter(kid => /internal|leaf/.test(kid.className))].map(one => one.textContent);
});

const sum = (traces, kind) => traces.reduce((sum, trace) => sum + trace[kind], 0);
const pair = (traces, kind) => [sum(traces, `${kind}_space`), sum(traces, `${kind}_objects`)];

for (const file of fs.readdirSync(inputs).filter(file => file.endsWith('.dhat')).sort()) {
  const name = file.replace('.dhat', '');
  const {traces, micros, peak_micros, period, totals, known, program} =
      JSON.parse(fs.readFileSync(path.join(inputs, `${name}.total`), 'utf8'));
  const page = await open(path.join(inputs, file));

  const head = await page.$$eval('.invocation, .times', parts => parts.map(part => part.textContent).join(''));
  const mode = period > 1 ? `rust-heap, estimated: one byte in ${period} B was sampled` : 'rust-heap';
  same(`${name}: mode`, /Mode: +(.*)/.exec(head)[1], mode, period > 1);
  same(`${name}: command`, /Command: (.*)/.exec(head)[1].includes(path.basename(program)), true, false);
  same(`${name}: t-gmax and t-end`, [...head.matchAll(/t-\w+: +([\d,]+) µs/g)].map(([, time]) => number(time)), [peak_micros, micros]);

  // The viewer's whole tree: each leaf is a trace.
  const leaves = await page.evaluate(() => {
    const leaves = [];
    const next = [[gRoot, []]];
    while (next.length > 0) {
      const [node, around] = next.pop();
      const stack = [...around, ...node._frames.map(frame => gData.ftbl[frame])];
      if (!node._kids) {
        leaves.push({stack: stack.slice(1), figures: [
          node._totalBytes, node._totalBlocks, node._atTEndBytes, node._atTEndBlocks, node._atTGmaxBytes, node._atTGmaxBlocks,
          node._maxBytes, node._maxBlocks, node._totalLifetimes]});
      }
      (node._kids ?? []).forEach(kid => next.push([kid, stack]));
    }
    return leaves;
  });
  if (traces.length > 0) {
    const sorted = list => list.map(one => JSON.stringify(one)).sort();
    const expected = traces.map(trace => [
      ...pair([trace], 'alloc'), ...pair([trace], 'inuse'), ...pair([trace], 'peak'), ...trace.most, trace.lived]);
    same(`${name}: figures of all program points`, sorted(leaves.map(leaf => leaf.figures)), sorted(expected), false);
    // Sites that would look alike show their hidden functions.
    const names = ({stack}) => stack.map(frame => /^(?:0x[\da-f]+: )?(.*?)( \([^()]*:\d+\))?$/.exec(frame)[1]).reverse();
    const wanted = new Set(traces.map(trace => trace.stack.join(';')));
    const found = leaves.filter(leaf => wanted.has(names(leaf).join(';'))).length;
    const alike = traces.length - wanted.size;
    same(`${name}: stacks that hide functions`, name.endsWith('_full') || name === 'shallow' || found >= traces.length - 2 * alike, true, false);
  }

  for (const [label, value] of await metrics(page)) {
    await page.select('select', value);
    const [root, ...kids] = await points(page);
    if (!label.includes(',')) {
      const expected = {Total: pair(traces, 'alloc'), 'At t-gmax': pair(traces, 'peak'), 'At t-end': pair(traces, 'inuse')};
      same(`${name}, ${label}: the root`, figures(root), expected);
      same(`${name}: the same as the totals`, Object.values(expected).flat(),
          ['alloc_space', 'alloc_objects', 'peak_space', 'peak_objects', 'inuse_space', 'inuse_objects'].map(kind => totals[kind]), false);
    }
    const [line, at] = label.startsWith('Total (bytes)') ? ['Total', 0] : label.startsWith('Total') ? ['Total', 1] :
      label.includes('t-gmax') ? ['At t-gmax', 0] : ['At t-end', 0];
    // The viewer shows no figures for nodes that matter only through their children.
    const order = kids.filter(kid => !kid.includes('insignificant')).flatMap(kid => figures(kid)[line]?.[at] ?? []);
    same(`${name}, ${label}: sorted`, order, order.toSorted((one, other) => other - one), false);
    if (name === 'first') {
      const top = {
        'Total (bytes)': ['work::buffer', 0], 'Total (blocks)': ['work::words', 0], 'Total (blocks), tiny': ['work::words', 0],
        'At t-gmax (bytes)': ['work::buffer', 2], 'At t-end (bytes)': ['work::entry', 1],
      }[label];
      if (top) {
        const [ending, which] = top;
        const amounts = Object.entries(known).find(([function_]) => function_.endsWith(ending))[1];
        same(`${name}, ${label}: the first one is ${ending}`, kids[0].includes(`::${ending} (`), true);
        same(`${name}, ${label}: with`, figures(kids[0])[line], amounts[which]);
        same(`${name}, ${label}: its most`, figures(kids[0]).Max, amounts[3]);
      }
      await page.screenshot({path: path.join(shots, `${label.replaceAll(/\W+/g, '_')}.png`)});
    }
  }
  if (['off', 'sampled', 'deep', 'first_full'].includes(name)) {
    await page.screenshot({path: path.join(shots, `${name}.png`)});
  }
  same(`${name}: complaints`, page.complaints, [], false);
  await page.close();
}
await browser.close();
console.log(`screenshots are in ${shots}`);
console.log(`${compared} figures compared, ${differed} differ`);
process.exit(differed === 0 ? 0 : 1);
