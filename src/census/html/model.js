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

// The bytes that each pair of items of the zoomed level shares.
const matrix = element("section", { className: "table matrix", hidden: true });
matrix.setAttribute("aria-labelledby", "matrix");
const MOST_ITEMS = 30;

// The bytes that both nodes of each pair reach. No node is below another one.
function sharedSizes(items) {
  const itemOf = new Int32Array(nodeCount).fill(-1);
  items.forEach((node, at) => { itemOf[node] = at; });
  for (let node = 1; node < nodeCount; node++) {
    if (itemOf[node] < 0) itemOf[node] = itemOf[parentOf(node)];
  }
  const sizes = items.map(() => new Float64Array(items.length));
  for (const [held, roots] of data.shared.rows) {
    const reaching = [...new Set(roots.map((root) => itemOf[root]))].filter((at) => at >= 0);
    for (const one of reaching) {
      for (const other of reaching) if (one !== other) sizes[one][other] += Number(held);
    }
  }
  return sizes;
}

function drawMatrix() {
  let around = children[state.zoomed].length > 0 ? state.zoomed : Math.max(parentOf(state.zoomed), 0);
  // A single item shares nothing with others.
  while (children[around].length === 1 && children[children[around][0]].length > 0) around = children[around][0];
  const all = children[around];
  const items = all.slice(0, MOST_ITEMS);
  const sizes = sharedSizes(items);
  const most = sizes.reduce((most, row) => row.reduce((one, other) => Math.max(one, other), most), 0);
  matrix.hidden = most === 0;
  if (matrix.hidden) return;
  const head = (node, scope) => {
    const text = start(stepOf(node).replace(/^\//, ""), 40);
    return element("th", { scope }, scope === "row" ? nodeLink(node, text) : element("bdi", { title: path(node) }, text));
  };
  const cell = (row, column) => {
    const held = row === column ? nodes.exclusive[items[row]] : sizes[row][column];
    const made = element("td", { className: row === column ? "number alone" : "number" });
    if (Number(held) > 0) made.append(kinds.bytes(held));
    if (row !== column) made.style.setProperty("--part", `${Math.round((60 * held) / most)}%`);
    return made;
  };
  const rows = items.map((node, row) => element("tr", {}, head(node, "row"), ...items.map((_, column) => cell(row, column))));
  const corner = element("td");
  const heads = element("thead", {}, element("tr", {}, corner, ...items.map((node) => head(node, "col"))));
  const made = element("table", {}, heads, element("tbody", {}, ...rows));
  made.setAttribute("aria-labelledby", "matrix");
  const frame = element("div", { className: "frame", role: "group", tabIndex: 0 }, made);
  frame.setAttribute("aria-labelledby", "matrix");
  const title = element("h2", { id: "matrix" }, "Shared bytes in ", element("bdi", {}, start(path(around), 60)), " ", element("small", {}, count(all.length)));
  const lead = "Each cell has the bytes that both its row and its column reach. The diagonal has the exclusive bytes. Zooming changes the level.";
  const notes = [];
  if (items.length < all.length) notes.push(`This table has the ${MOST_ITEMS} largest items. The table of sets has all roots.`);
  if (data.shared.rows.length < data.shared.all) notes.push("Cells are lower bounds, because this page has only the largest sets of roots.");
  const paragraphs = notes.map((text) => element("p", { className: "note" }, text));
  matrix.replaceChildren(title, element("p", { className: "quiet" }, lead), ...paragraphs, frame);
}

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
  byId("tables").append(matrix);
  onDraw.push(drawMatrix);
  drawMatrix();
  table("shared", "Sets of roots", "The bytes that all roots of a set reach, and no others.", data.shared, [
    ["Shared", "bytes", ([held]) => held],
    ["Roots", "roots", ([, roots]) => roots],
  ]);
}
