// Layout and drawing of treemap, icicle and flame graph. Only visible cells become elements.

const state = {
  view: document.querySelector("#views :checked").value,
  colours: byId("colours").value,
  zoomed: 0,
  selected: 0,
};

const map = byId("map");
// Drawn cells by node.
let cellOf = new Map();

const MOST_CELLS = 1000;
// The height of a level of a flame graph, and the most levels.
const ROW = 20;
const MOST_LEVELS = 200;

const depthColour = (node) => `depth-${Math.min(level[node] - level[state.zoomed], 7)}`;
const depthEntries = (entry) => {
  const texts = { 0: "this node", 2: "2 levels down", 4: "4 levels down", 7: "7 levels down and more" };
  return Object.entries(texts).map(([depth, text]) => entry(`depth-${depth}`, text));
};

// A cell is { node, x, y, width, height }. Cells that are not nodes have a `part`: "rest" for the `rest` nodes too small to
// show, "spare" for spare capacity, "own" for the other own bytes.
function icicle(width, height, least) {
  const shown = Math.max(1, Math.min(8, Math.floor(width / 150)));
  return layers(width / Math.min(shown, levelsBelow(state.zoomed, shown)), width, height, least);
}

// An icicle on its side.
function flame(width, height, least) {
  const turn = (cell) => ({ ...cell, x: cell.y, y: cell.x, width: cell.height, height: cell.width });
  return layers(ROW, height, width, least).map(turn);
}

// Columns of this width, one for each level.
function layers(column, width, height, least) {
  const cells = [];
  const open = [{ node: state.zoomed, x: 0, y: 0, width: column, height }];
  while (open.length > 0) {
    const cell = open.pop();
    cells.push(cell);
    if (cell.part || cell.x + column * 1.5 > width) continue;
    const scale = deep[cell.node] > 0 ? cell.height / deep[cell.node] : 0;
    const inside = [];
    let y = cell.y;
    let rest = 0;
    let restBytes = 0;
    for (const child of children[cell.node]) {
      const tall = deep[child] * scale;
      if (tall >= least) {
        inside.push({ node: child, x: cell.x + column, y, width: column, height: tall });
        y += tall;
      } else if (deep[child] > 0) {
        rest += 1;
        restBytes += deep[child];
      }
    }
    const addPart = (part, held, more) => {
      const tall = held * scale;
      if (tall < least) return;
      inside.push({ node: cell.node, part, x: cell.x + column, y, width: column, height: tall, ...more });
      y += tall;
    };
    addPart("rest", restBytes, { rest });
    // A leaf shows it within its own cell.
    if (!isLeaf(cell.node)) addPart("spare", spare[cell.node]);
    open.push(...inside.reverse());
  }
  return cells;
}

// The number of levels from a node down, at most `most`.
function levelsBelow(node, most) {
  let levels = 1;
  let around = [node];
  while (levels < most) {
    around = around.flatMap((one) => children[one]).filter((child) => deep[child] > 0);
    if (around.length === 0) break;
    levels += 1;
  }
  return levels;
}

const HEADING = 18;
const EDGE = 2;

function treemap(width, height, least) {
  const cells = [];
  const open = [{ node: state.zoomed, x: 0, y: 0, width, height }];
  while (open.length > 0) {
    const cell = open.pop();
    cells.push(cell);
    const { node } = cell;
    if (cell.part || isLeaf(node)) continue;
    const heading = cell.width >= 36 && cell.height >= 30 ? HEADING : EDGE;
    const room = {
      x: cell.x + EDGE,
      y: cell.y + heading,
      width: cell.width - 2 * EDGE,
      height: cell.height - heading - EDGE,
    };
    if (room.width < least * 2 || room.height < least * 2) continue;
    cell.holds = true;
    open.push(...squarified(node, room, least).reverse());
  }
  return cells;
}

// Lays out the children of a node, each nearly square (Bruls, Huizing and van Wijk: Squarified Treemaps, 2000).
function squarified(node, room, least) {
  const scale = (room.width * room.height) / deep[node];
  const items = [];
  let rest = 0;
  let restBytes = 0;
  for (const child of children[node]) {
    if (deep[child] * scale >= least * least) items.push({ node: child, size: deep[child] });
    else if (deep[child] > 0) {
      rest += 1;
      restBytes += deep[child];
    }
  }
  if (restBytes > 0) items.push({ node, size: restBytes, part: "rest", rest });
  if (spare[node] > 0) items.push({ node, size: spare[node], part: "spare" });
  if (own[node] > spare[node]) items.push({ node, size: own[node] - spare[node], part: "own" });
  items.sort((one, other) => other.size - one.size);

  const cells = [];
  let { x, y, width, height } = room;
  let at = 0;
  while (at < items.length && width > 0 && height > 0) {
    const side = Math.min(width, height);
    let last = at;
    let sum = 0;
    let worst = Infinity;
    for (; last < items.length; last++) {
      const area = (sum + items[last].size) * scale;
      const thick = area / side;
      const largest = (items[at].size * scale) / thick;
      const smallest = (items[last].size * scale) / thick;
      const shape = Math.max(largest / thick, thick / largest, smallest / thick, thick / smallest);
      if (shape > worst) break;
      worst = shape;
      sum += items[last].size;
    }
    const thick = Math.min((sum * scale) / side, Math.max(width, height));
    let along = 0;
    for (; at < last; at++) {
      const long = (items[at].size / sum) * side;
      const place = width >= height
        ? { x, y: y + along, width: thick, height: long }
        : { x: x + along, y, width: long, height: thick };
      along += long;
      if (place.width >= least && place.height >= least) cells.push({ ...items[at], ...place });
    }
    if (width >= height) [x, width] = [x + thick, width - thick];
    else [y, height] = [y + thick, height - thick];
  }
  return cells;
}

function layOut(width, height) {
  const cells = { treemap, icicle, flame }[state.view](width, height, 4);
  if (cells.length <= MOST_CELLS) return cells;
  // Keeps the largest cells, in order. A parent is no smaller than its children and comes first, so it is kept as well.
  const area = (cell) => cell.width * cell.height;
  const largest = cells.map((cell, at) => [area(cell), at]).sort((one, other) => other[0] - one[0] || one[1] - other[1]);
  const isKept = new Uint8Array(cells.length);
  for (const [, at] of largest.slice(0, MOST_CELLS)) isKept[at] = 1;
  const cut = new Set(cells.filter((cell, at) => isKept[at] === 0).map((cell) => parentOf(cell.node)));
  const kept = cells.filter((cell, at) => isKept[at] === 1);
  for (const cell of kept) cell.isCut = cut.has(cell.node);
  return kept;
}

function drawMap() {
  const isFlame = state.view === "flame";
  map.style.height = isFlame ? `${ROW * MOST_LEVELS}px` : "";
  const width = map.clientWidth;
  const height = map.clientHeight;
  if (width === 0) return;
  const cells = layOut(width, height);
  // Levels without drawn cells take no space.
  if (isFlame) map.style.height = `${cells.reduce((most, cell) => Math.max(most, cell.y + cell.height), 8 * ROW)}px`;
  cellOf = new Map();
  const drawn = cells.map((cell) => drawCell(cell));
  map.replaceChildren(...drawn);
  map.classList.toggle("icicle", state.view !== "treemap");
  countSiblings(cells);
  markCells();
  if (!cellOf.has(state.selected)) state.selected = state.zoomed;
  select(state.selected);
}

function drawCell(cell) {
  const made = document.createElement("div");
  const gap = state.view === "treemap" ? 0.5 : 1;
  const [left, top] = [Math.round(cell.x), Math.round(cell.y)];
  const right = Math.max(left + 1, Math.round(cell.x + cell.width) - gap);
  const bottom = Math.max(top + 1, Math.round(cell.y + cell.height) - gap);
  const [width, height] = [right - left, bottom - top];
  const { style } = made;
  style.left = `${left}px`;
  style.top = `${top}px`;
  style.width = `${width}px`;
  style.height = `${height}px`;
  made.className = cell.part ? `cell part ${cell.part}` : `cell ${colour(cell.node)}`;
  if (cell.holds) made.classList.add("holds");
  if (cell.isCut) made.classList.add("cut");
  made.dataset.node = cell.node;
  // Room for a short name, or for a readable beginning of a long one.
  const hasRoom = (text) => height >= 15 && width >= 12 + 7 * Math.min(text.length, 6);
  if (cell.part) {
    made.setAttribute("aria-hidden", "true");
    made.dataset.part = cell.part;
    if (cell.rest) made.dataset.rest = cell.rest;
    const [text, held] = {
      rest: [`${count(cell.rest ?? 0)} smaller`, ""],
      spare: ["spare", quantity(spare[cell.node])],
      own: ["own", quantity(own[cell.node] - spare[cell.node])],
    }[cell.part];
    if (hasRoom(text)) made.append(texts(text, held, width, height));
    return made;
  }
  cellOf.set(cell.node, made);
  made.setAttribute("role", "treeitem");
  made.setAttribute("aria-level", level[cell.node] - level[state.zoomed] + 1);
  made.setAttribute("aria-label", label(cell.node));
  made.tabIndex = -1;
  const spareTall = isLeaf(cell.node) && deep[cell.node] > 0 ? (height * spare[cell.node]) / deep[cell.node] : 0;
  if (spareTall >= 1) {
    const band = element("span", { className: "band part spare" });
    band.style.height = `${spareTall}px`;
    made.append(band);
  }
  const title = shortName(cell.node);
  if (hasRoom(title)) made.append(texts(title, amount(cell.node), width, height));
  return made;
}

// Name and amount side by side, or the name alone in a narrow cell.
function texts(title, held, width, height) {
  const line = document.createElement("span");
  line.className = height < 19 ? "line tight" : "line";
  const first = document.createElement("bdi");
  first.textContent = title;
  line.append(first);
  // Drawn by CSS, because the ARIA label has it already.
  if (held !== "" && width >= 44 + 7 * held.length) line.dataset.bytes = held;
  return line;
}

function countSiblings(cells) {
  const seen = new Map();
  const real = cells.filter((cell) => !cell.part && cell.node !== state.zoomed);
  for (const { node } of real) seen.set(parentOf(node), (seen.get(parentOf(node)) ?? 0) + 1);
  const at = new Map();
  for (const { node } of real) {
    const position = (at.get(parentOf(node)) ?? 0) + 1;
    at.set(parentOf(node), position);
    cellOf.get(node).setAttribute("aria-posinset", position);
    cellOf.get(node).setAttribute("aria-setsize", seen.get(parentOf(node)));
  }
  cellOf.get(state.zoomed).setAttribute("aria-posinset", 1);
  cellOf.get(state.zoomed).setAttribute("aria-setsize", 1);
}

function select(node, takesFocus = false) {
  const before = cellOf.get(state.selected);
  before?.setAttribute("aria-selected", "false");
  if (before) before.tabIndex = -1;
  state.selected = node;
  const cell = cellOf.get(node);
  if (cell) {
    cell.setAttribute("aria-selected", "true");
    cell.tabIndex = 0;
    if (takesFocus) cell.focus({ preventScroll: false });
  }
  showDetails(node);
}

// Levels of a flame graph are rows.
const TURNED = { ArrowDown: "ArrowRight", ArrowRight: "ArrowDown", ArrowUp: "ArrowLeft", ArrowLeft: "ArrowUp" };

// The node that a key moves to.
function moved(key) {
  const { selected, zoomed } = state;
  const order = [...cellOf.keys()];
  const at = order.indexOf(selected);
  const siblings = selected === zoomed ? [] : order.filter((node) => parentOf(node) === parentOf(selected));
  const among = siblings.indexOf(selected);
  switch (key) {
    case "ArrowDown": return siblings[among + 1] ?? order[at + 1] ?? selected;
    case "ArrowUp": return siblings[among - 1] ?? (selected === zoomed ? selected : parentOf(selected));
    case "ArrowRight": return order.find((node) => node !== zoomed && parentOf(node) === selected) ?? selected;
    case "ArrowLeft": return selected === zoomed ? selected : parentOf(selected);
    case "Home": return order[0];
    case "End": return order[order.length - 1];
    default: return -1;
  }
}

map.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const key = (state.view === "flame" && TURNED[event.key]) || event.key;
  const next = moved(key);
  if (event.key === "Enter" || event.key === " ") {
    activate(state.selected);
  } else if (next < 0) {
    return;
  } else if (key === "ArrowRight" && next === state.selected && !isLeaf(next)) {
    // The children are too small to draw at this zoom.
    zoom(next, { takesFocus: true });
  } else if (key === "ArrowLeft" && next === state.selected && next !== 0) {
    zoom(parentOf(next), { takesFocus: true });
  } else {
    select(next, true);
    showTip(next, cellOf.get(next).getBoundingClientRect());
  }
  event.preventDefault();
});

map.addEventListener("click", (event) => {
  const cell = event.target.closest(".cell");
  if (cell) activate(Number(cell.dataset.node));
});
