// Loads snapshots with the code of the Memory tab, and compares its views with the reports.

import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';

const {Checks, compareBlocks, inputs} = createRequire(import.meta.url)('./expected.cjs');
const [tools, folder] = process.argv.slice(2);

// Some versions of node lack these.
Promise.withResolvers ??= () => {
  const it = {};
  it.promise = new Promise((resolve, reject) => Object.assign(it, {resolve, reject}));
  return it;
};

const warnings = [];
for (const way of ['warn', 'error']) {
  console[way] = (...words) => warnings.push(words.join(' '));
}

const {HeapSnapshotLoader, SecondaryInitManager} = await import(path.join(tools, 'devtools.mjs'));
const version = JSON.parse(fs.readFileSync(path.join(tools, 'node_modules/chrome-devtools-frontend/package.json'))).version;
const checks = new Checks();

async function load(file) {
  const loader = new HeapSnapshotLoader({sendEvent: () => {}});
  const text = fs.readFileSync(file, 'utf8');
  for (let at = 0; at < text.length; at += 10_000) {
    loader.write(text.slice(at, at + 10_000));
  }
  loader.close();
  await loader.parsingComplete;
  const {port1, port2} = new MessageChannel();
  new SecondaryInitManager(port2);
  const snapshot = await loader.buildSnapshot(port1);
  port1.close();
  return snapshot;
}

function nodesOf(snapshot) {
  const nodes = [];
  for (let at = 0; at < snapshot.nodeCount; at++) {
    const node = snapshot.createNode(at * snapshot.nodeFieldCount);
    const [edges, retainers] = [[], []];
    for (const all = node.edges(); all.hasNext(); all.next()) {
      const edge = all.item();
      edges.push({type: edge.type(), name: edge.name(), to: edge.node().ordinal()});
    }
    for (const all = node.retainers(); all.hasNext(); all.next()) {
      const edge = all.item();
      retainers.push({type: edge.type(), name: edge.name(), from: edge.node().ordinal()});
    }
    nodes.push({
      type: node.type(), name: node.name(), id: node.id(), self: node.selfSize(), retained: node.retainedSize(),
      distance: node.distance(), dominator: node.dominatorIndex() / snapshot.nodeFieldCount, edges, retainers,
    });
  }
  return nodes;
}

const snapshots = new Map();
for (const {name, file, total} of inputs(folder)) {
  warnings.length = 0;
  const snapshot = await load(file);
  snapshots.set(name, {snapshot, total});
  const nodes = nodesOf(snapshot);
  const header = JSON.parse(fs.readFileSync(file, 'utf8')).snapshot;
  const isHuge = total.deep > Number.MAX_SAFE_INTEGER;

  checks.equal(`${name}: nodes`, nodes.length, header.node_count);
  checks[isHuge ? 'close' : 'equal'](`${name}: total size`, snapshot.totalSize, total.deep);
  checks[isHuge ? 'close' : 'equal'](`${name}: total of Statistics`, snapshot.getStatistics().total, total.deep);
  const outsideNodes = header.extra_native_bytes ?? 0;
  const classes = Object.values(snapshot.aggregatesWithFilter({}));
  const inSummary = classes.reduce((sum, it) => sum + it.self, 0);
  checks[isHuge ? 'close' : 'equal'](`${name}: shallow sizes in Summary`, inSummary + outsideNodes, total.deep);
  checks.equal(`${name}: objects in Summary`, classes.reduce((sum, it) => sum + it.count, 0), nodes.filter(node => node.self > 0).length);

  // Containment starts with the value. The distance of an object is its number of steps from there.
  const first = snapshot.createEdgesProvider(snapshot.rootNodeIndex).serializeItemsRange(0, 10).items;
  checks.equal(`${name}: first of Containment`, first[0].name, 'value');
  checks.equal(`${name}: distance of the value`, nodes[1].distance, 1);
  const far = nodes.filter(node => node.distance >= 100_000_000 || node.distance < 0);
  checks.equal(`${name}: nodes with no distance but the synthetic ones`, far.filter(node => node.type !== 'synthetic').length, 0);

  if (header.extra_native_bytes === undefined) {
    compareBlocks(checks, name, nodes, total);
  }
  // Retainers lists the holders of a node, except the root and weak handles.
  for (let at = 1; at < Math.min(nodes.length, 500); at++) {
    const shown = snapshot.createRetainingEdgesProvider(at * snapshot.nodeFieldCount).serializeItemsRange(0, 10_000).items.length;
    const expected = nodes[at].retainers.filter(edge => edge.from !== 0 && edge.type !== 'weak').length;
    checks.equal(`${name}: retainers of node ${at}`, shown, expected);
  }
  checks.equal(`${name}: warnings`, warnings.join('; '), '');
  console.log(`${name}: ${total.deep} bytes, ${nodes.length} nodes, ${header.edge_count} edges, ${total.blocks.length} shared blocks`);
}

function compare(later, earlier) {
  const base = earlier.snapshot.aggregatesForDiff(later.snapshot.interfaceDefinitions());
  return Object.values(later.snapshot.calculateSnapshotDiff(earlier.snapshot, base));
}

let uid = 0;
snapshots.forEach(it => it.snapshot.uid = ++uid);
for (const [name, later] of snapshots) {
  const earlier = snapshots.get(name.replace(/_later$/, ''));
  if (!name.endsWith('_later') || !earlier) {
    continue;
  }
  const diffs = compare(later, earlier);
  const delta = diffs.reduce((sum, diff) => sum + diff.sizeDelta, 0);
  checks.equal(`${name}: Size Delta in Comparison`, delta, later.total.deep - earlier.total.deep);
  const ids = it => new Set(nodesOf(it.snapshot).filter(node => node.self > 0).map(node => `${node.name} ${node.id}`));
  const [before, after] = [ids(earlier), ids(later)];
  const kept = [...after].filter(id => before.has(id)).length;
  checks.equal(`${name}: new objects in Comparison`, diffs.reduce((sum, diff) => sum + diff.addedCount, 0), after.size - kept);
  checks.equal(`${name}: some objects are the same`, kept > 0, true);
  console.log(`${name}: Comparison shows ${delta} bytes more; ${kept} of ${before.size} objects are the same`);
  for (const diff of diffs) {
    console.log(`    ${diff.name}: new ${diff.addedCount}, deleted ${diff.removedCount}, size delta ${diff.sizeDelta}`);
  }
}
for (const [name, {snapshot, total}] of snapshots) {
  const again = {snapshot: await load(path.join(folder, `${name}.heapsnapshot`)), total};
  again.snapshot.uid = ++uid;
  checks.equal(`${name}: Comparison with itself`, compare(again, {snapshot}).length, 0);
}
checks.finish(`chrome-devtools-frontend ${version}`);
