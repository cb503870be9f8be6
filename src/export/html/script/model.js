// The nodes of a report.

const ROOT = "the value itself";
const OWN = "own bytes";
const SPARE = "spare capacity";
const FLAG = { recursive: 4, truncated: 8, reference: 16, namesType: 32 };
const JOINERS = ["", ".", " "];

const has = (node, flag) => (nodes.flags[node] & flag) !== 0;
const target = (node) => nodes.target[node];
const isReference = (node) => has(node, FLAG.reference);

// Numbers beyond 2^53 are strings. As floats they are exact enough for areas and rounded sizes.
const floats = (numbers) => Float64Array.from(numbers, Number);
weigh({ deep: floats(nodes.deep), own: floats(nodes.own), spare: floats(nodes.spare) });

// Bytes in shared blocks, at a node and below it.
const sharedInside = addUp(floats(nodes.shared));

// The root has no name of its own, so it bears its type's.
const name = (node) => (node === 0 ? typeOf(0) : shown(names[nodes.name[node]]));
const namesType = (node) => node === 0 || has(node, FLAG.namesType);
const amount = (node) => bytes(nodes.deep[node]);
const exactAmount = (node) => exact(nodes.deep[node]);
const quantity = bytes;

// A node's name with the separator before it.
function stepOf(node) {
  const isFirst = parentOf(node) === 0;
  const joiner = nodes.flags[node] & 3;
  return (isFirst && joiner === 1 ? "" : JOINERS[joiner]) + name(node);
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

// Counts that are estimated from samples begin with ≈.
const countOf = (node) => (Number(nodes.sample[node]) > 0 ? "≈" : "") + count(nodes.count[node]);
const sampleOf = (node) => {
  const sample = nodes.sample[node];
  return Number(sample) > 0 ? ` (estimated from a sample of ${count(sample)})` : "";
};
const valuesOf = (node) => `${countOf(node)} ${Number(nodes.count[node]) === 1 ? "value" : "values"}${sampleOf(node)}`;

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

// The lines of a tooltip below path and type.
function tipLines(node) {
  const total = nodes.deep[node];
  const lines = [[bytes(total), share(total), exact(total)].join(" · "), valuesOf(node)];
  if (Number(nodes.spare[node]) > 0) lines.push(`${bytes(nodes.spare[node])} spare`);
  return lines;
}

const COLOURS = 8;

// The first types of the table have their own colours.
const colourOfType = new Map(data.byType.rows.slice(0, COLOURS).map(([type], at) => [type, at]));

function colour(node) {
  if (state.colours === "depth") return depthColour(node);
  if (state.colours === "shared") {
    const inside = sharedInside[node];
    return inside === 0 ? "alone" : inside >= deep[node] ? "shared" : "partly";
  }
  const at = colourOfType.get(nodes.type[node]);
  return at === undefined ? "other" : `type-${at}`;
}

function legendEntries(entry) {
  if (state.colours === "type") {
    const entries = data.byType.rows.slice(0, COLOURS).map(([type], at) => entry(`type-${at}`, start(typeName(type), 32)));
    if (data.byType.all > COLOURS) entries.push(entry("other", "other types"));
    return entries;
  }
  if (state.colours === "depth") return depthEntries(entry);
  return [entry("shared", "in shared blocks"), entry("partly", "partly"), entry("alone", "not shared")];
}
