// The tables of the report, each sortable by any of its columns.

const FIRST_LINES = 12;

const kinds = {
  bytes: (value) => element("data", { value, title: exact(value) }, bytes(value)),
  share: (value) => share(value),
  average: (value) => (value < 1000 ? `${tenth(value)} B` : bytes(Math.floor(value))),
  count: (value) => (value === null ? "?" : count(value)),
  // A number, and whether it is estimated.
  about: ([value, isEstimate]) => (isEstimate ? "≈" : "") + count(value),
  layout: drawLayout,
  text: (value) => element("bdi", {}, start(visible(value), 300)),
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
  node: (value) => nodeLink(value, path(value, 120)),
  nodes: ({ list, more }) => {
    const made = list.slice(0, 4).map((node) => nodeLink(node, path(node, 90)));
    const left = list.length - made.length;
    if (left > 0 || more > 0) made.push(more > 0 ? "and others" : `and ${plural(left, "place", "places")} more`);
    return element("span", { className: "links" }, ...made);
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
};

// Sort keys, by kind of column.
const keys = {
  type: (value) => typeName(value),
  node: (value) => path(value, 120),
  nodes: ({ list }) => (list.length > 0 ? path(list[0], 120) : ""),
  cycle: ({ all }) => all,
  about: ([value]) => Number(value),
  layout: (row) => row[8].length,
  text: (value) => value,
  action: (value) => value,
  path: (value) => value,
  count: (value) => (value === null ? -1 : Number(value)),
};
const isText = (kind) => ["type", "node", "nodes", "text", "action", "path"].includes(kind);
const isNumber = (kind) => ["bytes", "share", "average", "count", "about"].includes(kind);
const looks = (kind) => (isNumber(kind) ? `number ${kind}-cell` : `${kind}-cell`);

function nodeLink(node, text) {
  const button = element("button", { type: "button", className: "link path", title: "Show in the map" });
  button.append(element("bdi", {}, text));
  button.addEventListener("click", () => {
    reveal(node);
    byId("map-heading").scrollIntoView({ block: "start" });
  });
  return button;
}

const collator = new Intl.Collator("en", { numeric: true });

// A column is [heading, kind, value of a row]. The rows arrive sorted by the first column.
function table(id, heading, lead, { all, rows: lines }, columns) {
  if (lines.length === 0) return;
  let order = lines;
  let isWhole = false;
  const body = element("tbody");
  const button = element("button", { type: "button", className: "show-all" });

  const fill = () => {
    const shown = isWhole ? order : order.slice(0, FIRST_LINES);
    const made = shown.map((line) => {
      const cells = columns.map(([, kind, value]) => {
        const cell = element("td", { className: looks(kind) });
        cell.append((kinds[kind] ?? String)(value(line)));
        return cell;
      });
      return element("tr", {}, ...cells);
    });
    body.replaceChildren(...made);
    button.hidden = lines.length <= FIRST_LINES;
    button.textContent = isWhole ? "Show fewer" : `Show all ${count(lines.length)}`;
    button.setAttribute("aria-expanded", isWhole);
  };
  button.addEventListener("click", () => {
    isWhole = !isWhole;
    fill();
  });

  const sort = (at, isDown) => {
    const [, kind, value] = columns[at];
    const key = keys[kind] ?? Number;
    const keyed = lines.map((line) => [key(value(line)), line]);
    const compare = isText(kind) ? collator.compare : (one, other) => one - other;
    keyed.sort(([one], [other]) => (isDown ? compare(other, one) : compare(one, other)));
    order = keyed.map(([, line]) => line);
    heads.forEach((head, place) => {
      if (place === at) head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    fill();
  };
  const heads = columns.map(([title, kind], at) => {
    const head = element("th", { scope: "col", className: looks(kind) });
    const press = element("button", { type: "button" }, title);
    press.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      // Numbers start with the largest.
      sort(at, before === null ? !isText(kind) : before === "ascending");
    });
    head.append(press);
    return head;
  });
  heads[0].setAttribute("aria-sort", "descending");

  const title = element("h2", { id }, heading, " ", element("small", {}, count(all)));
  const made = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body);
  made.setAttribute("aria-labelledby", id);
  const frame = element("div", { className: "frame", role: "group", tabIndex: 0 }, made);
  frame.setAttribute("aria-labelledby", id);
  const section = element("section", { className: `table ${id}` }, title);
  section.setAttribute("aria-labelledby", id);
  if (lead !== "") section.append(element("p", { className: "quiet" }, lead));
  if (lines.length < all) {
    section.append(element("p", { className: "note" }, `This page has the first ${count(lines.length)}.`));
  }
  section.append(frame, button);
  byId("tables").append(section);
  fill();
}

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
    ["Certainty", "text", (row) => ({ "": "exact", "≥": "at least" })[row[3]]],
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
