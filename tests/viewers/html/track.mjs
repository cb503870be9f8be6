// Operates the pages of the tracker, and compares their figures with the snapshots and samples.

import fs from 'node:fs';
import path from 'node:path';
import {equal, finish, holds} from './compare.mjs';
import {open} from './dom.mjs';

const [inputs] = process.argv.slice(2);

const grouped = number => String(number).replace(/\B(?=(\d{3})+$)/g, ',');
const plural = (number, one) => `${grouped(number)} ${one}${number === 1 ? '' : 's'}`;
const read = name => JSON.parse(fs.readFileSync(path.join(inputs, `${name}.total`), 'utf8'));
const page = name => open(path.join(inputs, `${name}.html`));
const KINDS = {live: ['inuse', 'Live'], total: ['alloc', 'Allocated'], peak: ['peak', 'At the peak']};
const UNITS = {bytes: ['space', 'byte'], blocks: ['objects', 'block']};

/** The sum over all traces with a function. */
const sumOf = (total, kind, has) => total.traces.filter(({stack}) => has(stack)).reduce((sum, trace) => sum + trace[kind], 0);

const names = fs.readdirSync(inputs).filter(file => file.endsWith('.total')).map(file => file.replace('.total', ''));
for (const name of names) {
  const total = read(name);
  const shown = page(name);
  const about = total.period > 1 ? '≈' : '';
  for (const [kind, [pprof, term]] of Object.entries(KINDS)) {
    shown.choose(kind);
    for (const [unit, [suffix, one]] of Object.entries(UNITS)) {
      shown.choose(unit);
      const expected = total.totals[`${pprof}_${suffix}`];
      holds(`${name} ${kind} ${unit}: details`, shown.details()[term].includes(plural(expected, one)));
      if (expected > 0) holds(`${name} ${kind} ${unit}: estimates are labelled`, shown.details()[term].startsWith(about));
      const column = Object.keys(KINDS).indexOf(kind) * 2 + (unit === 'bytes' ? 0 : 1);
      const cells = shown.all('.lines tbody tr').map(row => Number(row.children[column].querySelector('data').value));
      equal(`${name} ${kind} ${unit}: lines together`, cells.reduce((sum, cell) => sum + cell, 0), expected);
      equal(`${name} ${kind} ${unit}: lines in order`, cells, [...cells].sort((one, other) => other - one));
      shown.point('#map .cell');
      holds(`${name} ${kind} ${unit}: tooltip`, shown.texts('#tip')[0].includes(plural(expected, one)));
    }
  }
  equal(`${name}: the note on samples`, shown.texts('.note').some(note => note.startsWith('figures are estimates')), about !== '');
}

// A search finds each function, and adds up the traces with it.
for (const name of ['first', 'second', 'deep', 'sampled']) {
  const total = read(name);
  const shown = page(name);
  shown.choose('blocks');
  for (const wanted of new Set(total.traces.flatMap(({stack}) => stack.slice(-2)).filter(name => name.length < 200))) {
    shown.enter('#search', wanted);
    const isFound = found => found.toLowerCase().includes(wanted.toLowerCase());
    const expected = sumOf(total, 'inuse_objects', stack => stack.some(isFound));
    const [, blocks] = /together ≈?([\d,]+) block/.exec(shown.texts('#found')[0]) ?? [];
    equal(`${name}: blocks of ${wanted}`, blocks, grouped(expected));
  }
  shown.enter('#search', 'no such function');
  equal(`${name}: nothing is found`, shown.texts('#found'), ['No match.']);
}

// Levels of the flame graph are rows: down goes to a callee, up to the caller.
{
  const shown = page('first');
  shown.focus('#map [tabindex="0"]');
  const root = shown.focused();
  shown.press('ArrowDown');
  const callee = shown.focused();
  holds('down goes to a callee', callee !== root && callee.startsWith('track_inputs::main'));
  shown.press('Enter');
  equal('Enter zooms in', shown.texts('#crumbs [aria-current]'), ['track_inputs::main']);
  equal('the zoomed function has the whole width', shown.all('#map [role=treeitem]')[0].style.width, '1199px');
  shown.press('ArrowUp');
  shown.press('Escape');
  equal('Escape zooms out', shown.texts('#crumbs [aria-current]'), ['all call stacks']);
  shown.press('Home');
  shown.press('End');
  holds('End goes to the last', shown.focused() === shown.labels('#map [role=treeitem]').pop());
  const wide = cell => parseFloat(cell.style.left) + parseFloat(cell.style.width);
  equal('cells are inside the map', shown.all('#map .cell').filter(cell => wide(cell) > 1200), []);
  shown.choose('outline');
  holds('the outline has the root', shown.labels('#rows .row')[0].startsWith('all call stacks, '));
  for (const colours of ['crate', 'depth']) shown.enter('#colours', colours);
  holds('marked frames are explained', shown.all('#rows .row').length > 5);
}

// Hidden functions are labelled, and missing frames are named.
{
  const labels = page('first_full').labels('#map [role=treeitem]');
  holds('hidden functions are labelled', labels.some(label => label.endsWith(', hidden by default')));
  equal('others are not', page('first').labels('#map [role=treeitem]').filter(label => label.endsWith('hidden by default')), []);
  const shallow = page('shallow');
  shallow.enter('#search', '[truncated]');
  shallow.focus('#search');
  shallow.press('ArrowDown');
  shallow.press('Enter');
  equal('missing frames', shallow.details().Note, 'frames beyond the limit on their number are missing');
}

// Changes have signs, which do not rely on colour.
{
  const [before, after] = [read('first'), read('second')];
  const shown = page('changes');
  for (const [kind, [pprof, term]] of Object.entries(KINDS)) {
    shown.choose(kind);
    const change = after.totals[`${pprof}_space`] - before.totals[`${pprof}_space`];
    const sign = change > 0 ? '+' : change < 0 ? '−' : '';
    holds(`${kind}: the change`, shown.details()[term].includes(`${sign}${plural(Math.abs(change), 'byte')}`));
  }
  shown.choose('live');
  const rows = shown.all('.lines tbody tr').map(row => row.children.slice(0, 2).map(cell => Number(cell.querySelector('data').value)));
  equal('changes of lines together', rows.reduce((sum, [size]) => sum + size, 0), after.totals.inuse_space - before.totals.inuse_space);
  holds('lines that shrank are listed', rows.some(([size]) => size < 0));
  shown.choose('outline');
  shown.enter('#search', 'odd; "name"');
  shown.focus('#search');
  shown.press('ArrowDown');
  shown.press('Enter');
  const shrunk = shown.all('#rows .row[aria-selected="true"]')[0];
  holds('shrinkage has a sign', shrunk.textContent.includes('−350 B'));
  holds('and a pattern', shrunk.querySelector('.bar').classList.contains('shrunk'));
  const again = page('changes');
  const change = again.details();
  again.choose('amounts');
  equal('amounts belong to the later snapshot', again.details(), page('second').details());
  again.choose('changes');
  equal('back to the changes', again.details(), change);
}

// A timeline has the moments of its CSV file.
{
  const lines = fs.readFileSync(path.join(inputs, 'timeline.csv'), 'utf8').trim().split('\n').slice(1).map(line => line.split(','));
  const shown = page('timeline');
  shown.focus('#plot');
  shown.press('Home');
  for (const [seconds, live, peak, resident, event] of lines) {
    const found = shown.details();
    const micros = Number(seconds.replace('.', ''));
    holds(`moment ${seconds}: time`, found.Time.endsWith(`(${grouped(micros)} µs)`));
    holds(`moment ${seconds}: live`, found.Live.includes(plural(Number(live), 'byte')));
    if (event === 'sample') {
      holds(`moment ${seconds}: peak`, found['Peak since the sample before'].includes(plural(Number(peak), 'byte')));
      equal(`moment ${seconds}: resident`, found.Resident?.includes(plural(Number(resident), 'byte')), resident === '' ? undefined : true);
    }
    shown.press('ArrowRight');
  }
  const last = shown.all('#plot')[0].getAttribute('aria-valuetext');
  shown.press('End');
  equal('the last moment', shown.all('#plot')[0].getAttribute('aria-valuetext'), last);
  shown.point('#plot', {clientX: 0, clientY: 9});
  holds('a tooltip at the start', shown.texts('#tip')[0].startsWith('0.0 µs'));
  equal('a row for each mark', shown.texts('#marks small'), [grouped(lines.filter(line => line[4] !== 'sample').length)]);

  const pixels = percent => parseFloat(percent) * 12;
  const brackets = shown.all('.scope').map(scope => ({
    name: scope.getAttribute('aria-label').split(':')[0],
    thread: scope.parentNode.getAttribute('aria-label'),
    from: pixels(scope.style.left),
    to: pixels(scope.style.left) + pixels(scope.style.width),
    lane: parseFloat(scope.style.top),
  }));
  equal('the brackets', brackets.map(({name}) => name).sort(), ['before', 'inner', 'its inner', 'open', 'other <b>thread</b>', 'outer', 'overlaps']);
  const of = name => brackets.find(bracket => bracket.name === name);
  for (const [outer, inner] of [['outer', 'inner'], ['other <b>thread</b>', 'its inner']]) {
    holds(`${inner} is below ${outer}`, of(outer).lane < of(inner).lane && of(outer).thread === of(inner).thread);
    holds(`${inner} is within ${outer}`, of(outer).from <= of(inner).from && of(inner).to <= of(outer).to + 2);
  }
  for (const one of brackets) {
    const over = brackets.filter(two => two !== one && two.thread === one.thread && two.lane === one.lane && two.from < one.to - 2 && one.from < two.to - 2);
    equal(`${one.name} overlaps nothing`, over.map(({name}) => name), []);
  }
  equal('two threads', new Set(brackets.map(({thread}) => thread)).size, 2);
  equal('a scope that began before the timeline', Math.round(of('before').from), 84);
  equal('a scope that is open at the end', Math.round(of('open').to), 1184);

  // Names of marks overlap neither each other nor lines.
  const marks = shown.all('#plot .mark-name').map(text => {
    const [x, y] = ['x', 'y'].map(name => Number(text.getAttribute(name)));
    return {left: x, right: x + 6.6 * text.textContent.length, top: y - 9, bottom: y + 3};
  });
  const stems = shown.all('#plot .mark-line[x1]').map(line => ['x1', 'y2', 'y1'].map(name => Number(line.getAttribute(name))));
  equal('a line for each mark', stems.length, 31);
  holds('some names are shown', marks.length >= 8);
  for (const [at, one] of marks.entries()) {
    const over = marks.slice(0, at).filter(two => one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom);
    const crossed = stems.filter(([x, top, bottom]) => one.left < x && x < one.right && top < one.bottom && one.top < bottom);
    equal('a name overlaps nothing', [over.length, crossed.length], [0, 0]);
  }
  holds('names are text', shown.texts('#marks').length === 1 && shown.all('i').length === 0 && shown.all('b').length === 0);
}

finish();
