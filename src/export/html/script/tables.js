// The tables of a report.

Object.assign(kinds, {
  average: (value) => (value < 1000 ? `${tenth(value)} B` : bytes(Math.floor(value))),
  // A number, and whether it is estimated.
  about: ([value, isEstimate]) => (isEstimate ? "≈" : "") + count(value),
  layout: drawLayout,
  // Parts in backquotes are code.
  action: (value) => {
    const parts = start(visible(value), 400).split("`");
    return element("bdi", {}, ...parts.map((part, at) => (at % 2 === 1 ? element("code", {}, part) : part)));
  },
  type: (value) => {
    const button = element("button", { type: "button", className: "link", title: shown(types[value]) });
    button.append(element("bdi", {}, start(typeName(value), 160)));
    button.addEventListener("click", () => searchFor(typeName(value)));
    return button;
  },
  path: (value) => {
    const text = value === "." ? "the value itself" : end(visible(value), 120);
    const node = value.length < 1900 ? find(value) : -1;
    return node < 0 ? element("bdi", { className: "path" }, text) : nodeLink(node, text);
  },
  cycle: ({ list, all }) => {
    const made = list.slice(0, 6).flatMap(([type, node]) => [
      element("bdi", {}, start(typeName(type), 60)), " –", nodeLink(node, path(node, 60)), "→ ",
    ]);
    made.push(all > 6 ? "…" : all === 1 ? "itself" : "the first");
    return element("span", {}, ...made);
  },
});
Object.assign(keys, {
  type: (value) => typeName(value),
  cycle: ({ all }) => all,
  about: ([value]) => Number(value),
  layout: (row) => row[8].length,
  action: (value) => value,
  path: (value) => value,
});

function drawTables() {
  const average = ([, values, sum]) => (Number(values) === 0 ? 0 : Number(sum) / Number(values));
  table("types", "Types", "Each byte belongs to the smallest value that contains it.", data.byType, [
    ["Bytes", "bytes", (row) => row[2]],
    ["Share", "share", (row) => row[2]],
    ["Average", "average", average],
    ["Spare", "bytes", (row) => row[3]],
    ["Padding", "bytes", (row) => row[4]],
    ["Unused", "bytes", (row) => row[5]],
    ["Count", "about", (row) => [row[1], row[6]]],
    ["Type", "type", (row) => row[0]],
  ]);
  table("largest", "Largest values", "By the heap blocks they own directly.", data.largest, [
    ["Bytes", "bytes", (row) => row[2]],
    ["Share", "share", (row) => row[2]],
    ["Path", "path", (row) => row[0]],
    ["Type", "type", (row) => row[1]],
  ]);
  table("advice", "Advice", "By bytes saved.", data.advice, [
    ["Saves", "bytes", (row) => row[1]],
    ["Share", "share", (row) => row[1]],
    ["Certainty", "text", (row) => ({ "": "exact", "≥": "at least", "≈": "estimate" })[row[3]]],
    ["Action", "action", (row) => row[5]],
    ["Where", "node", (row) => row[0]],
  ]);
  table("layouts", "Layouts", layoutLegend(), data.layouts, [
    ["Waste", "bytes", (row) => Number(row[5]) + Number(row[6])],
    ["Padding", "bytes", (row) => row[5]],
    ["Unused", "bytes", (row) => row[6]],
    ["Size", "bytes", (row) => row[1]],
    ["Count", "about", (row) => [row[3], row[4]]],
    ["Type", "type", (row) => row[0]],
    ["Bytes of a value", "layout", (row) => row],
  ]);
  table("shared-blocks", "Shared allocations", "By retained size.", data.shared, [
    ["Retained", "bytes", (row) => row[1]],
    ["Share", "share", (row) => row[1]],
    ["Own", "bytes", (row) => row[2]],
    ["Handles inside", "count", (row) => Number(row[4]) + Number(row[5])],
    ["Strong outside", "count", (row) => row[6]],
    ["Weak outside", "count", (row) => row[7]],
    ["After a drop", "text", (row) => row[8]],
    ["Type", "type", (row) => row[0]],
    ["Held by", "nodes", (row) => ({ list: row[9], more: row[10] })],
  ]);
  table("cycles", "Cycles", "These blocks keep each other alive after a drop.", data.cycles, [
    ["Bytes", "bytes", (row) => row[0]],
    ["Share", "share", (row) => row[0]],
    ["Blocks", "count", (row) => row[1]],
    ["Links", "cycle", (row) => ({ list: row[3], all: row[2] })],
  ]);
  const inexact = [
    ["Count", "count", (row) => row[2]],
    ["Path", "path", (row) => row[0]],
    ["Reason", "text", (row) => row[3]],
    ["Type", "type", (row) => row[1]],
  ];
  table("opaque", "Not counted", "The size of these parts is unknown.", data.opaque, inexact);
  table("bounds", "Lower bounds", "These parts may be larger than counted.", data.bounds, inexact);
}
