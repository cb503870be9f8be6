// The nodes of a tree. Node 0 is the root, and each node follows its parent.
//
// The next script describes the nodes of one kind of page. It calls `weigh` and defines
// - ROOT, the path of the root; `name`, `stepOf`, `target`, `namesType` and `countOf` of a node;
// - `amount`, the text of a node's size; `quantity`, the text of a part of it;
// - `label`, `facts` and `tipLines`, the texts for screen readers, below the map and in tooltips;
// - `colour` of a node; `legendEntries`, the colours with their texts; `drawTables`.
// It may add functions to `onDraw`. They run after each drawing of the map or the outline.

const { nodes, names, types, shortTypes = types } = data;
const nodeCount = nodes.parent.length;
const parentOf = (node) => (node === 0 ? -1 : nodes.parent[node]);

// Sizes of nodes with everything below them, own sizes, and the spare part of the latter.
let deep;
let own;
let spare;

const onDraw = [];

// Children, largest first. All leaves share one empty list.
const NO_CHILDREN = [];
const children = new Array(nodeCount).fill(NO_CHILDREN);
const level = new Uint32Array(nodeCount);

for (let node = 1; node < nodeCount; node++) {
  const parent = parentOf(node);
  if (children[parent] === NO_CHILDREN) children[parent] = [];
  children[parent].push(node);
  level[node] = level[parent] + 1;
}

// Adds the amounts of all nodes to their parents.
function addUp(amounts) {
  for (let node = nodeCount - 1; node > 0; node--) amounts[parentOf(node)] += amounts[node];
  return amounts;
}

// Sets the sizes of all nodes.
function weigh(sizes) {
  ({ deep, own, spare } = sizes);
  for (const list of children) {
    if (list.length > 1) list.sort((one, other) => deep[other] - deep[one] || one - other);
  }
}

// A node is a leaf if no child has an area.
const isLeaf = (node) => children[node].length === 0 || deep[children[node][0]] === 0;

const typeName = (type) => shown(shortTypes[type]);
// Cut to fit a line.
const shortName = (node) => start(name(node), 100);
const shortType = (node) => start(typeOf(node), 120);
const typeOf = (node) => typeName(nodes.type[node]);

// The path from the root. The beginning of a long path is cut.
function path(node, most = 300) {
  if (node === 0) return ROOT;
  const steps = [];
  let length = 0;
  for (let at = node; at > 0 && length <= most; at = parentOf(at)) {
    const step = stepOf(at);
    steps.push(step);
    length += step.length;
  }
  return end(steps.reverse().join(""), most);
}

const share = (part) => `${tenth(deep[0] === 0 ? 0 : (100 * Number(part)) / deep[0])} %`;

function nodeLink(node, text) {
  const button = element("button", { type: "button", className: "link path", title: "Show in the map" });
  button.append(element("bdi", {}, text));
  button.addEventListener("click", () => {
    reveal(node);
    byId("map-heading").scrollIntoView({ block: "start" });
  });
  return button;
}

Object.assign(kinds, {
  share: (value) => share(value),
  node: (value) => nodeLink(value, path(value, 120)),
  nodes: ({ list, more }) => {
    const made = list.slice(0, 4).map((node) => nodeLink(node, path(node, 90)));
    const left = list.length - made.length;
    if (left > 0 || more > 0) made.push(more > 0 ? "and others" : `and ${plural(left, "place", "places")} more`);
    return element("span", { className: "links" }, ...made);
  },
});
Object.assign(keys, {
  node: (value) => path(value, 120),
  nodes: ({ list }) => (list.length > 0 ? path(list[0], 120) : ""),
});
