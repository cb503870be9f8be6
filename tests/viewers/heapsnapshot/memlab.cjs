// Loads snapshots with memlab and compares its figures with the reports.

const {Checks, compareBlocks, inputs} = require('./expected.cjs');
const fs = require('fs');
const path = require('path');

const [tools, folder] = process.argv.slice(2);
const modules = path.join(tools, 'node_modules');
const {config} = require(path.join(modules, '@memlab/core'));
config.muteConsole = true;
const {getFullHeapFromFile} = require(path.join(modules, '@memlab/heap-analysis'));
const {version} = JSON.parse(fs.readFileSync(path.join(modules, '@memlab/heap-analysis/package.json')));
const checks = new Checks();

(async () => {
  for (const {name, file, total} of inputs(folder)) {
    const heap = await getFullHeapFromFile(file);
    const nodes = [];
    heap.nodes.forEach(node => {
      const edges = node.references.map(({type, name_or_index: name, toNode}) => ({type, name, to: toNode.nodeIndex}));
      const retainers = node.referrers.map(({type, name_or_index: name, fromNode}) => ({type, name, from: fromNode.nodeIndex}));
      nodes.push({
        type: node.type, name: node.name, self: node.self_size, retained: node.retainedSize,
        dominator: node.dominatorNode?.nodeIndex ?? 0, edges, retainers,
      });
    });
    const header = JSON.parse(fs.readFileSync(file, 'utf8')).snapshot;
    checks.equal(`${name}: nodes`, nodes.length, header.node_count);
    if (header.extra_native_bytes === undefined) {
      checks.equal(`${name}: total size`, nodes[0].retained, total.deep);
      compareBlocks(checks, name, nodes, total);
    }
  }
  checks.finish(`memlab ${version}`);
})();
