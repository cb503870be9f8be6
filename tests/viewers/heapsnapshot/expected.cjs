// Reads the figures of a report and compares a reader's nodes with them.

const fs = require('fs');
const path = require('path');

const MEMORY = ' (memory that weak handles keep)';

/** The snapshots in a folder, each with the figures of its report. */
exports.inputs = folder =>
  fs.readdirSync(folder).filter(name => name.endsWith('.heapsnapshot')).sort().map(name => {
    const base = name.slice(0, -'.heapsnapshot'.length);
    const total = JSON.parse(fs.readFileSync(path.join(folder, base + '.total'), 'utf8'));
    return {name: base, file: path.join(folder, name), total};
  });

/** Counts comparisons and prints the failed ones. */
exports.Checks = class {
  done = 0;
  failed = 0;

  equal(what, shown, expected) {
    this.done++;
    if (shown !== expected) {
      this.failed++;
      console.log(`DIFFERENT ${what}: shown ${shown}, expected ${expected}`);
    }
  }

  /** Compares sizes beyond 2^53, which JavaScript's numbers round. */
  close(what, shown, expected) {
    this.equal(what, Math.abs(shown - expected) <= expected * 2 ** -51 ? expected : shown, expected);
  }

  finish(reader) {
    console.log(`${reader}: ${this.done} comparisons, ${this.failed} failed`);
    process.exit(this.failed > 0 ? 1 : 0);
  }
};

/**
 * Compares the nodes of a reader with the blocks of a report.
 *
 * A node is `{type, name, self, retained, dominator, edges, retainers}`, the dominator by position, edges as `{type, name,
 * to}`, retainers as `{type, name, from}`. Returns how many blocks there were.
 */
exports.compareBlocks = (checks, where, nodes, total) => {
  const parts = new Set();
  nodes.forEach(node => node.edges.forEach(edge => edge.type === 'internal' && parts.add(edge.to)));
  const blocks = nodes.map((_, at) => at).filter(at => nodes[at].type === 'native' && !parts.has(at));
  checks.equal(`${where}: shared blocks`, blocks.length, total.blocks.length);
  const isBlock = new Map(blocks.map((at, position) => [at, position]));
  total.blocks.forEach((block, position) => {
    const node = nodes[blocks[position]];
    const label = `${where}: block ${position}`;
    const memory = node.edges.find(edge => edge.type === 'internal' && edge.name === 'memory')?.to;
    const apart = memory === undefined ? 0 : block.bytes;
    if (memory !== undefined) {
      checks.equal(`${label}: name of its memory`, nodes[memory].name, node.name + MEMORY);
      checks.equal(`${label}: bytes of its memory`, nodes[memory].self, block.bytes);
    }
    checks.equal(`${label}: self size`, node.self, block.own - apart);
    checks.equal(`${label}: retained size`, node.retained, block.retained - apart);
    let dominator = node.dominator;
    while (dominator !== 0 && !isBlock.has(dominator)) {
      dominator = nodes[dominator].dominator;
    }
    checks.equal(`${label}: dominator`, isBlock.get(dominator) ?? null, block.dominator);
    const from = memory === undefined ? node.retainers : node.retainers.concat(nodes[memory].retainers);
    for (const retainer of block.retainers) {
      const isIt = edge => retainer.block === null ? nodes[edge.from].type === 'object' : isBlock.get(edge.from) === retainer.block;
      const edges = from.filter(edge => isIt(edge) && edge.type !== 'internal');
      const [strong, weak] = [retainer.strong > 0, retainer.weak > 0];
      const by = retainer.block === null ? 'the value' : `block ${retainer.block}`;
      checks.equal(`${label}: strong handles of ${by}`, edges.some(edge => !edge.name.endsWith(' (weak)')), strong);
      checks.equal(`${label}: weak handles of ${by}`, edges.some(edge => edge.name.endsWith(' (weak)')), weak);
    }
    const outside = node.retainers.some(edge => nodes[edge.from].type === 'synthetic');
    const isDead = block.strong_outside === 0 && block.strong_inside === 0;
    if (block.strong_outside !== 0 && !isDead) {
      checks.equal(`${label}: handles outside`, outside, true);
    }
  });
  return blocks.length;
};
