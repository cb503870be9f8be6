// The data of the report. Node 0 is the root, and each node follows its parent.

const data = JSON.parse(document.getElementById("data").textContent);
const { nodes, names, types, shortTypes } = data;
const nodeCount = nodes.name.length;

// Numbers beyond 2^53 are strings. As floats they are exact enough for areas and rounded sizes.
const deep = Float64Array.from(nodes.deep, Number);
const own = Float64Array.from(nodes.own, Number);
const spare = Float64Array.from(nodes.spare, Number);

const FLAG = { recursive: 4, truncated: 8, reference: 16, namesType: 32 };
const JOINERS = ["", ".", " "];

const has = (node, flag) => (nodes.flags[node] & flag) !== 0;
const target = (node) => nodes.target[node];
const parentOf = (node) => nodes.parent[node];

// Children, largest first. All leaves share one empty list.
const NO_CHILDREN = [];
const children = new Array(nodeCount).fill(NO_CHILDREN);
const level = new Uint32Array(nodeCount);
// Bytes in shared blocks, at a node and below it.
const sharedInside = Float64Array.from(nodes.shared, Number);

for (let node = 1; node < nodeCount; node++) {
  const parent = parentOf(node);
  if (children[parent] === NO_CHILDREN) children[parent] = [];
  children[parent].push(node);
  level[node] = level[parent] + 1;
}
for (let node = nodeCount - 1; node > 0; node--) sharedInside[parentOf(node)] += sharedInside[node];
for (const list of children) {
  if (list.length > 1) list.sort((one, other) => deep[other] - deep[one] || one - other);
}

// Characters that move or hide their neighbours are shown as escapes.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const visible = (text) =>
  text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);

// A node is a leaf if no child has an area.
const isLeaf = (node) => children[node].length === 0 || deep[children[node][0]] === 0;

// Blank names are quoted.
const shown = (text) => (text.trim() === "" ? `"${text}"` : visible(text));
// The root has no name of its own, so it bears its type's.
const name = (node) => (node === 0 ? typeOf(0) : shown(names[nodes.name[node]]));
const namesType = (node) => node === 0 || has(node, FLAG.namesType);
const typeName = (type) => shown(shortTypes[type]);
// Cut to fit a line.
const shortName = (node) => start(name(node), 100);
const shortType = (node) => start(typeOf(node), 120);
const typeOf = (node) => typeName(nodes.type[node]);

// The path from the root. The beginning of a long path is cut.
function path(node, most = 300) {
  if (node === 0) return "the value itself";
  const steps = [];
  let length = 0;
  for (let at = node; at > 0 && length <= most; at = parentOf(at)) {
    const step = stepOf(at);
    steps.push(step);
    length += step.length;
  }
  return end(steps.reverse().join(""), most);
}

// A node's name with the separator before it.
function stepOf(node) {
  const isFirst = parentOf(node) === 0;
  const joiner = nodes.flags[node] & 3;
  return (isFirst && joiner === 1 ? "" : JOINERS[joiner]) + name(node);
}

function end(text, most) {
  return text.length <= most ? text : "…" + text.slice(text.length - most + 1);
}

function start(text, most) {
  return text.length <= most ? text : text.slice(0, most - 1) + "…";
}

// The node at a path of a report, ignoring positions, or -1.
function find(text) {
  if (text === ".") return 0;
  const wanted = visible(text).replace(/\[\d+\]/g, "[]");
  const open = [[0, 0]];
  while (open.length > 0) {
    const [node, from] = open.pop();
    for (const child of children[node]) {
      // The path of a single value has no `…` after the names of recursive nodes.
      const step = stepOf(child);
      const met = [step, step.replace(/…$/, "")].find((text) => text !== "" && wanted.startsWith(text, from));
      if (met === undefined) continue;
      if (from + met.length === wanted.length) return child;
      open.push([child, from + met.length]);
    }
  }
  return -1;
}

// One decimal, rounded half to even like the text report.
function tenth(number) {
  const half = number * 4;
  return Number.isInteger(half) && half % 4 === 1 ? `${Math.floor(number)}.2` : number.toFixed(1);
}

const UNITS = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

function bytes(number) {
  let amount = Number(number);
  if (amount < 1024) return `${amount} B`;
  let unit = -1;
  while (unit + 1 < UNITS.length && amount >= 1023.95) {
    amount /= 1024;
    unit += 1;
  }
  return `${tenth(amount)} ${UNITS[unit]}`;
}

const count = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
// Counts that are estimated from samples begin with ≈.
const countOf = (node) => (Number(nodes.sample[node]) > 0 ? "≈" : "") + count(nodes.count[node]);
const sampleOf = (node) => {
  const sample = nodes.sample[node];
  return Number(sample) > 0 ? ` (estimated from a sample of ${count(sample)})` : "";
};
const valuesOf = (node) => `${countOf(node)} ${Number(nodes.count[node]) === 1 ? "value" : "values"}${sampleOf(node)}`;
const plural = (number, one, many) => `${count(number)} ${Number(number) === 1 ? one : many}`;
const exact = (number) => plural(number, "byte", "bytes");
const share = (part) => `${tenth(deep[0] === 0 ? 0 : (100 * Number(part)) / deep[0])} %`;

// The label for screen readers.
function label(node) {
  const parts = [shortName(node)];
  if (target(node) >= 0) parts.push(`counted at ${path(target(node), 80)}`);
  else {
    if (!namesType(node)) parts.push(shortType(node));
    parts.push(bytes(nodes.deep[node]), share(nodes.deep[node]));
  }
  parts.push(valuesOf(node));
  return parts.join(", ");
}

// The details of a node, as pairs of a term and a text.
function facts(node) {
  const found = [["Path", path(node, 600)], ["Type", shown(types[nodes.type[node]])]];
  if (target(node) >= 0) {
    const why = has(node, FLAG.reference) ? "Shared, counted at" : "Recursive, counted at";
    found.push([why, path(target(node), 600)], ["Handles", count(nodes.count[node])]);
    return found;
  }
  const total = nodes.deep[node];
  found.push(["Bytes", `${bytes(total)} (${exact(total)})`], ["Share", share(total)]);
  found.push(["Values", countOf(node) + sampleOf(node)]);
  if (children[node].length > 0) found.push(["Own", bytes(nodes.own[node])]);
  if (Number(nodes.spare[node]) > 0) found.push(["Spare", bytes(nodes.spare[node])]);
  if (Number(nodes.padding[node]) > 0) found.push(["Padding", bytes(nodes.padding[node])]);
  if (Number(nodes.unused[node]) > 0) found.push(["Unused by variants", bytes(nodes.unused[node])]);
  if (Number(nodes.shared[node]) > 0) found.push(["Shared", bytes(nodes.shared[node])]);
  if (Number(nodes.allocations[node]) > 0) found.push(["Own blocks", count(nodes.allocations[node])]);
  if (has(node, FLAG.recursive)) found.push(["Recursive", "values at all depths"]);
  if (has(node, FLAG.truncated)) found.push(["Truncated", "stands for many paths"]);
  return found;
}

// Makes an element. Strings become text nodes and are never parsed as markup.
function element(tag, properties = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made && !key.startsWith("aria")) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...inside);
  return made;
}

const byId = (id) => document.getElementById(id);
