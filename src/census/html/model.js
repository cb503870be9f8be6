// The roots of a census, as a tree of the parts of their names.

const ROOT = "all roots";
// Only roots have bytes, and they are leaves.
const OWN = "";
const SPARE = "";
const EXACT = 0;

// Numbers beyond 2^53 are strings. As floats they are exact enough for areas and rounded sizes.
const shares = Float64Array.from(nodes.share, Number);
weigh({ deep: shares, own: shares.map((share, node) => share * nodes.root[node]), spare: new Float64Array(nodeCount) });
const rootCounts = addUp([...nodes.root]);

const target = () => -1;
const isReference = () => false;
const name = (node) => (node === 0 ? ROOT : shown(names[nodes.name[node]]));
// The second text of a node is its note.
const namesType = (node) => nodes.type[node] === EXACT;
const stepOf = (node) => (parentOf(node) === 0 ? "" : "/") + name(node);

const quantity = bytes;
const amount = (node) => bytes(nodes.share[node]);
const exactAmount = (node) => exact(nodes.share[node]);
const countOf = (node) => count(rootCounts[node]);
const ageOf = (milliseconds) => (milliseconds < 1000 ? `${milliseconds} ms` : `${count(Math.round(milliseconds / 1000))} s`);
const hasLast = (node) => nodes.last[node] !== null;

function label(node) {
  const parts = [shortName(node), amount(node), share(nodes.share[node]), plural(rootCounts[node], "root", "roots")];
  if (!namesType(node)) parts.push(shortType(node));
  return parts.join(", ");
}

// The figures of a node, as pairs of a term and a text.
function facts(node) {
  const both = (number) => `${bytes(number)} (${exact(number)})`;
  const found = [["Name", path(node, 600)], ["Share", `${both(nodes.share[node])}, ${share(nodes.share[node])}`]];
  found.push(["Exclusive", both(nodes.exclusive[node])], ["Deep", both(nodes.deep[node])]);
  found.push(["Roots", countOf(node)], ["Note", typeOf(node)]);
  if (hasLast(node)) found.push(["Last complete", `${both(nodes.last[node])}, ${ageOf(nodes.age[node])} ago`]);
  return found;
}

function tipLines(node) {
  return [
    [amount(node), share(nodes.share[node]), exactAmount(node)].join(" · "),
    `${bytes(nodes.exclusive[node])} exclusive, ${bytes(nodes.deep[node])} deep`,
  ];
}

function colour(node) {
  if (state.colours === "depth") return depthColour(node);
  if (nodes.exclusive[node] === nodes.deep[node]) return "alone";
  return nodes.exclusive[node] === 0 ? "shared" : "partly";
}

function legendEntries(entry) {
  if (state.colours === "depth") return depthEntries(entry);
  return [entry("shared", "shared with other roots"), entry("partly", "partly"), entry("alone", "not shared")];
}

Object.assign(kinds, {
  time: (value) => (value === null ? "" : ageOf(value)),
  roots: (list) => element("span", { className: "links" }, ...list.map((node) => nodeLink(node, path(node, 90)))),
});
// Sets are ordered by their size.
Object.assign(keys, { roots: (list) => list.length });

function drawTables() {
  const rows = [...nodes.root.keys()].filter((node) => nodes.root[node] === 1).sort((one, other) => deep[other] - deep[one] || one - other);
  const column = (name) => (node) => nodes[name][node];
  const last = [["Last complete", "bytes", column("last")], ["Age", "time", column("age")]];
  table("roots", "Roots", "A share is the exclusive bytes and an equal part of each shared block.", { all: rows.length, rows }, [
    ["Share", "bytes", column("share")],
    ["Exclusive", "bytes", column("exclusive")],
    ["Deep", "bytes", column("deep")],
    ["Root", "node", (node) => node],
    ["Note", "text", typeOf],
    ...(rows.some(hasLast) ? last : []),
  ]);
  table("shared", "Sets of roots", "The bytes that all roots of a set reach, and no others.", data.shared, [
    ["Shared", "bytes", ([held]) => held],
    ["Roots", "roots", ([, roots]) => roots],
  ]);
}
