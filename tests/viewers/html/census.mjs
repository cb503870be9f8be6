// Operates the page of a census, and compares its figures with the census as JSON: node census.mjs PAGE JSON

import fs from 'node:fs';
import {equal, finish, holds} from './compare.mjs';
import {open} from './dom.mjs';

const [file, json] = process.argv.slice(2);

// Proportional, exclusive and deep bytes of each root. The first roots of a set have one byte more.
const census = JSON.parse(fs.readFileSync(json, 'utf8'));
const sizes = census.roots.map(() => [0, 0, 0]);
for (const {roots, deep_size: bytes} of census.groups) {
  roots.forEach((root, at) => {
    sizes[root][0] += Math.floor(bytes / roots.length) + (at < bytes % roots.length ? 1 : 0);
    sizes[root][1] += roots.length === 1 ? bytes : 0;
    sizes[root][2] += bytes;
  });
}
const total = census.groups.reduce((sum, {deep_size: bytes}) => sum + bytes, 0);
const grouped = number => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

const page = open(file);
const values = row => row.querySelectorAll('data').map(found => Number(found.value));
const rows = page.all('.roots tbody tr').map(row => [row.querySelector('bdi').textContent, ...values(row).slice(0, 3)]);
const expected = census.roots.map(({name}, root) => [name, ...sizes[root]]).sort((one, other) => other[1] - one[1]);
equal('the largest roots', rows, expected.slice(0, 12));
equal('the shares add up', sizes.reduce((sum, [share]) => sum + share, 0), total);
holds('the details of all roots', page.details().Share.includes(`${grouped(total)} byte`));
equal('the number of roots', page.details().Roots, grouped(census.roots.length));

const sets = census.groups.filter(({roots}) => roots.length > 1).sort((one, other) => other.deep_size - one.deep_size);
const shown = page.all('.shared tbody tr').map(row => [values(row)[0], row.querySelectorAll('bdi').map(root => root.textContent)]);
const named = ({deep_size: bytes, roots}) => [bytes, roots.map(root => census.roots[root].name)];
equal('the largest sets', shown, sets.slice(0, 12).map(named));

// The items of a level, each with the roots below it. The page skips levels with a single item.
function itemsOf(level) {
  const items = new Map();
  census.roots.forEach(({name}, root) => {
    const parts = name.split('/');
    if (level.every((part, at) => parts[at] === part)) {
      const item = parts[level.length];
      items.set(item, new Set([...items.get(item) ?? [], root]));
    }
  });
  const shareOf = ([, roots]) => [...roots].reduce((sum, root) => sum + sizes[root][0], 0);
  const [[only]] = items;
  const below = [...level, only];
  if (items.size === 1 && census.roots.some(({name}) => name.startsWith(`${below.join('/')}/`))) return itemsOf(below);
  return [...items].sort((one, other) => shareOf(other) - shareOf(one));
}

// The bytes that both items reach. For the same item twice, its exclusive bytes.
function heldBy(one, other) {
  const reach = (roots, item) => roots.some(root => item.has(root));
  const isHeld = one === other ? roots => roots.every(root => one.has(root)) : roots => reach(roots, one) && reach(roots, other);
  return census.groups.filter(({roots}) => isHeld(roots)).reduce((sum, {deep_size: bytes}) => sum + bytes, 0);
}

const levels = new Set(['']);
census.roots.forEach(({name}) => name.split('/').slice(0, -1).forEach((_, at, parts) => levels.add(parts.slice(0, at + 1).join('/'))));
let matrices = 0;
for (const level of levels) {
  if (level !== '') {
    page.enter('#search', level);
    page.focus('#search');
    page.press('Enter');
  }
  const items = itemsOf(level === '' ? [] : level.split('/')).slice(0, 30);
  const isShared = items.some(([, one]) => items.some(([, other]) => one !== other && heldBy(one, other) > 0));
  const [matrix] = page.all('.matrix');
  equal(`matrix of ${level}: it is shown`, !matrix.hidden, isShared);
  if (!isShared) continue;
  matrices += 1;
  const cell = found => Number(found.querySelector('data')?.value ?? 0);
  const [found, heads] = ['.matrix tbody tr', '.matrix thead th'].map(page.all);
  equal(`matrix of ${level}: rows`, found.map(row => row.querySelector('th').textContent), items.map(([name]) => name));
  equal(`matrix of ${level}: columns`, heads.map(head => head.textContent), items.map(([name]) => name));
  const expected = items.map(([, one]) => items.map(([, other]) => heldBy(one, other)));
  equal(`matrix of ${level}: cells`, found.map(row => row.querySelectorAll('td').map(cell)), expected);
}
holds('there is a matrix', matrices > 0);
page.press('Escape');
page.press('Escape');

for (const view of ['treemap', 'icicle', 'outline']) {
  page.choose(view);
  for (const colours of ['shared', 'depth']) {
    page.enter('#colours', colours);
    holds(`${view}: a legend`, page.texts('#legend span').length > 0);
  }
  for (const [name, share] of expected) {
    if (share === 0) continue;
    page.enter('#search', name);
    holds(`${view}: ${name} is found`, page.texts('#results .path').includes(name));
    page.focus('#search');
    page.press('Enter');
    holds(`${view}: the share of ${name}`, page.details().Share.includes(`(${grouped(share)} byte`));
  }
}
page.choose('treemap');
page.point('#map .cell');
holds('a tooltip', page.texts('#tip')[0].includes('exclusive'));

finish();
