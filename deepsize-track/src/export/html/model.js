// The call stacks of a snapshot, from the outermost functions on, and their figures.

const ROOT = "all call stacks";
const OWN = "allocated by the function itself";
const SPARE = "";
const OTHER = "[other]";
const TRUNCATED = "[truncated]";

// The columns of figures: bytes and blocks of each.
const KINDS = ["live", "total", "peak"];
const LABELS = { live: "Live", total: "Allocated", peak: "At the peak" };
const hasEarlier = nodes.before !== undefined;
const isEstimate = data.interval[0] !== null;

const chosen = (group) => document.querySelector(`#${group} :checked`)?.value;
// The chosen figure, which `size` reads from the switches.
const figure = { kind: 0, isInBytes: true, isChange: false };
const isInBytes = () => figure.isInBytes;
const showsChanges = () => figure.isChange;

if (hasEarlier) {
  byId("shows").hidden = false;
  byId("map-heading").textContent = "Changes by call stack";
  byId("colours").append(element("option", { value: "change" }, "change"));
  byId("colours").value = "change";
}

// Numbers beyond 2^53 are strings, so sums are integers of any size.
const memo = new Map();
function memoized(key, make) {
  if (!memo.has(key)) memo.set(key, make());
  return memo.get(key);
}
const ownOf = (column) => memoized(`own ${column}`, () => nodes.figures[column].map(BigInt));
const sumsOf = (column) => memoized(`sums ${column}`, () => addUp([...ownOf(column)]));
const ownChanges = (column) => memoized(`own change ${column}`, () =>
  ownOf(column).map((now, node) => now - BigInt(nodes.before[column][node])));
const changesOf = (column) => memoized(`change ${column}`, () => addUp([...ownChanges(column)]));

// The column of the chosen figure, or of the other unit.
const column = (inBytes = isInBytes()) => 2 * figure.kind + (inBytes ? 0 : 1);
const held = (node, at = column()) => (showsChanges() ? changesOf(at) : sumsOf(at))[node];

const magnitude = (value) => (value < 0n ? -value : value);
const sign = (value) => (!showsChanges() || value === 0n ? "" : value < 0n ? "−" : "+");
const about = (text) => (isEstimate ? `≈${text}` : text);
const sized = (number, inBytes = isInBytes()) => (inBytes ? bytes(number) : plural(number, "block", "blocks"));
const quantity = (number) => about(sized(number));
const exactly = (value, inBytes) => sign(value) + (inBytes ? exact(magnitude(value)) : plural(magnitude(value), "block", "blocks"));
const shortly = (value, inBytes) => about(sign(value) + sized(magnitude(value), inBytes));

const amount = (node) => shortly(held(node));
const exactAmount = (node) => exactly(held(node), isInBytes());
const countOf = (node) => sign(held(node, column(false))) + count(magnitude(held(node, column(false))));

// Sets the sizes of all nodes. The size of a change is the sum of growth and shrinkage, so that neither hides the other.
function size() {
  figure.kind = KINDS.indexOf(chosen("kinds"));
  figure.isInBytes = chosen("units") === "bytes";
  figure.isChange = hasEarlier && chosen("shows") === "changes";
  const sizes = Float64Array.from(showsChanges() ? ownChanges(column()) : ownOf(column()), (value) => Math.abs(Number(value)));
  weigh({ own: sizes, deep: addUp(sizes.slice()), spare: new Float64Array(nodeCount) });
}
size();

const target = () => -1;
const isReference = () => false;
const name = (node) => (node === 0 ? ROOT : shown(names[nodes.name[node]]));
const namesType = (node) => types[nodes.type[node]] === "";
const stepOf = (node) => (parentOf(node) === 0 ? "" : " › ") + name(node);
const isHidden = (node) => nodes.hidden[node] === 1;
const part = () => (showsChanges() ? "of all changes" : "of all");

function label(node) {
  const parts = [shortName(node)];
  if (!namesType(node)) parts.push(shortType(node));
  const blocks = magnitude(held(node, column(false))) === 1n ? "block" : "blocks";
  parts.push(amount(node), share(deep[node]), `${countOf(node)} ${blocks}`);
  if (isHidden(node)) parts.push("hidden by default");
  return parts.join(", ");
}

function remark(node) {
  if (names[nodes.name[node]] === OTHER) return "traces beyond the limit on their number";
  if (names[nodes.name[node]] === TRUNCATED) return "frames beyond the limit on their number are missing";
  return isHidden(node) ? "standard library or allocator, hidden by default" : "";
}

const both = (value) => {
  const all = about(exactly(value, true));
  return magnitude(value) < 1024n ? all : `${shortly(value, true)} (${all})`;
};

// The figures of a node, as pairs of a term and a text.
function facts(node) {
  const found = [["Path", path(node, 600)], ["File", node === 0 ? "all" : namesType(node) ? "unknown" : typeOf(node)]];
  const crate = data.crates[nodes.crate[node]];
  if (crate !== "") found.push(["Crate", shown(crate)]);
  for (const [at, kind] of KINDS.entries()) {
    const [size, blocks] = [held(node, 2 * at), held(node, 2 * at + 1)];
    found.push([LABELS[kind], `${both(size)} in ${exactly(blocks, false)}`]);
  }
  const own = (showsChanges() ? ownChanges(column(true)) : ownOf(column(true)))[node];
  if (children[node].length > 0 && own !== 0n) found.push([`Own, ${KINDS[figure.kind]}`, both(own)]);
  found.push(["Share", `${share(deep[node])} ${part()}`]);
  if (remark(node) !== "") found.push(["Note", remark(node)]);
  return found;
}

function tipLines(node) {
  const lines = [[amount(node), `${share(deep[node])} ${part()}`, about(exactAmount(node))].join(" · ")];
  lines.push(exactly(held(node, column(!isInBytes())), !isInBytes()));
  if (remark(node) !== "") lines.push(remark(node));
  return lines;
}

const COLOURS = 8;

// The crates that allocate most have their own colours.
const colourOfCrate = memoized("colours", () => {
  const sums = new Array(data.crates.length).fill(0n);
  ownOf(2).forEach((own, node) => { sums[nodes.crate[node]] += own; });
  const order = [...sums.keys()].sort((one, other) => Number(sums[other] - sums[one]) || one - other);
  return new Map(order.filter((crate) => data.crates[crate] !== "").slice(0, COLOURS).map((crate, at) => [crate, at]));
});

function colour(node) {
  if (state.colours === "depth") return depthColour(node);
  if (state.colours === "change") {
    const change = changesOf(column())[node];
    return change > 0n ? "grown" : change < 0n ? "shrunk" : "alone";
  }
  const at = colourOfCrate.get(nodes.crate[node]);
  return at === undefined ? "other" : `type-${at}`;
}

function legendEntries(entry) {
  if (state.colours === "depth") return depthEntries(entry);
  if (state.colours === "change") {
    return [entry("grown", "+ grown"), entry("shrunk", "− shrunk"), entry("alone", "as before")];
  }
  const entries = [...colourOfCrate].map(([crate, at]) => entry(`type-${at}`, start(shown(data.crates[crate]), 32)));
  if (data.crates.length > colourOfCrate.size) entries.push(entry("other", "other crates"));
  return entries;
}

Object.assign(kinds, {
  amount: ([value, inBytes]) =>
    element("data", { value: String(value), title: exactly(value, inBytes) },
      inBytes ? shortly(value, true) : about(sign(value) + count(magnitude(value)))),
});
// Changes are ordered by their size.
Object.assign(keys, { amount: ([value]) => Number(magnitude(value)) });

// A row is [line, figures, figures before, nodes].
function drawTables() {
  const figureOf = ([, now, before], at) => BigInt(now[at]) - (showsChanges() ? BigInt(before[at]) : 0n);
  const { all, rows } = data.lines;
  const most = (row) => Number(magnitude(figureOf(row, column())));
  const changed = (row) => [0, 1, 2, 3, 4, 5].some((at) => figureOf(row, at) !== 0n);
  const ordered = rows.filter(changed).sort((one, other) => most(other) - most(one));
  const columns = KINDS.flatMap((kind, at) => [
    [`${LABELS[kind]}, bytes`, "amount", (row) => [figureOf(row, 2 * at), true]],
    ["blocks", "amount", (row) => [figureOf(row, 2 * at + 1), false]],
  ]);
  byId("tables").replaceChildren();
  const lead = `By the innermost function that is not hidden${showsChanges() ? ": changes since the earlier snapshot" : ""}.`;
  table("lines", "Lines", lead, { all: all - rows.length + ordered.length, rows: ordered }, [
    ...columns,
    ["Line", "text", (row) => row[0]],
    ["Call stacks", "nodes", (row) => ({ list: row[3], more: 0 })],
  ], column());
}

byId("figures").addEventListener("change", () => {
  size();
  hideTip();
  draw();
  drawTables();
  search(input.value);
});
