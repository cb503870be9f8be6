// Shared by all views: zooming, breadcrumbs, legend, details and tooltips.

const crumbs = byId("crumbs");
const details = byId("details");
const legend = byId("legend");
const moves = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;

function draw() {
  const isOutline = state.view === "outline";
  map.hidden = isOutline;
  byId("outline").hidden = !isOutline;
  if (isOutline) drawOutline();
  else drawMap();
  drawCrumbs();
  drawLegend();
  onDraw.forEach((drawMore) => drawMore());
}

function zoom(node, { selected = state.zoomed, takesFocus = false } = {}) {
  const from = cellOf.get(node)?.getBoundingClientRect();
  state.zoomed = node;
  state.selected = selected;
  hideTip();
  draw();
  if (state.view !== "outline") unfold(from);
  const focused = state.view === "outline" ? rowOf : cellOf;
  if (takesFocus) focused.get(state.selected)?.focus({ preventScroll: true });
}

// Animates the new view from the chosen cell.
function unfold(from) {
  if (!from || !moves()) return;
  const to = map.getBoundingClientRect();
  const [across, down] = [from.width / to.width, from.height / to.height];
  if (across > 0.98 && down > 0.98) return;
  const place = `translate(${from.left - to.left}px, ${from.top - to.top}px) scale(${across}, ${down})`;
  map.animate([{ transform: place, opacity: 0.3 }, { transform: "none", opacity: 1 }], {
    duration: 180,
    easing: "ease-out",
  });
}

// A click or Enter zooms in, follows a reference, or zooms out of the zoomed node.
function activate(node) {
  if (target(node) >= 0) reveal(target(node));
  else if (node === state.zoomed) zoomOut();
  else if (!isLeaf(node)) zoom(node, { selected: node, takesFocus: true });
  else if (state.view === "outline") selectRow(node, true);
  else select(node, true);
}

function zoomOut() {
  if (state.zoomed !== 0) zoom(parentOf(state.zoomed), { selected: state.zoomed, takesFocus: true });
}

// Shows a node among its siblings, or alone if it is too small for that.
function reveal(node) {
  const around = !isLeaf(node) ? node : Math.max(parentOf(node), 0);
  opened.add(around);
  const place = around === node ? -1 : children[around].indexOf(node);
  if (place >= USUAL_CHILDREN) shownChildren.set(around, place + 1);
  zoom(around, { selected: node, takesFocus: true });
  if (state.selected !== node) zoom(node, { selected: node, takesFocus: true });
}

function drawCrumbs() {
  const way = [];
  for (let node = state.zoomed; node >= 0; node = parentOf(node)) way.push(node);
  way.reverse();
  const left = way.length > 9 ? way.splice(2, way.length - 8).length : 0;
  const items = way.map((node) => {
    const text = start(name(node), 40);
    if (node === state.zoomed) return element("li", {}, element("bdi", { "aria-current": "location" }, text));
    const button = element("button", { type: "button", className: "link" }, element("bdi", {}, text));
    button.addEventListener("click", () => zoom(node, { selected: state.zoomed, takesFocus: true }));
    return element("li", {}, button);
  });
  if (left > 0) items.splice(2, 0, element("li", { className: "quiet" }, `… ${plural(left, "level", "levels")} …`));
  crumbs.firstElementChild.replaceChildren(...items);
}

function drawLegend() {
  const entry = (look, text) =>
    element("span", { className: "entry" }, element("span", { className: `swatch ${look}` }), element("bdi", {}, text));
  const entries = legendEntries(entry);
  if (state.view !== "outline") {
    if (SPARE) entries.push(entry("part spare", SPARE));
    const side = state.view === "icicle" ? "to the left" : "above";
    if (OWN && state.view === "treemap") entries.push(entry("part own", OWN));
    else if (OWN) entries.push(entry("gap", `gap: ${OWN} of the node ${side}`));
    entries.push(entry("part rest", "too small to show"));
  }
  legend.replaceChildren(...entries);
}

function showDetails(node) {
  fillDetails(details, facts(node));
}

// Shows the tooltip of a node, or of a part of it, beside a rectangle.
function showTip(node, place, { rest = 0, part = "" } = {}) {
  const lines = [element("strong", {}, element("bdi", {}, path(node, 160)))];
  if (rest > 0) {
    lines.push(element("p", {}, `${plural(rest, "node", "nodes")} inside, too small to show; see the outline`));
  } else if (part !== "") {
    const [held, what] = part === "spare" ? [spare[node], SPARE] : [own[node] - spare[node], OWN];
    lines.push(element("p", {}, `${quantity(held)} ${what}`));
  } else {
    if (!namesType(node)) {
      lines.push(element("p", { className: "quiet" }, element("bdi", {}, start(typeOf(node), 160))));
    }
    lines.push(...tipLines(node).map((text) => element("p", {}, text)));
  }
  placeTip(lines, place);
}

map.addEventListener("pointermove", (event) => {
  const cell = event.target.closest(".cell");
  if (!cell || event.pointerType === "touch") return hideTip();
  const { clientX, clientY } = event;
  const place = { left: clientX, right: clientX, top: clientY, bottom: clientY };
  showTip(Number(cell.dataset.node), place, { rest: Number(cell.dataset.rest ?? 0), part: cell.dataset.part });
});
map.addEventListener("pointerleave", hideTip);
map.addEventListener("focusout", hideTip);

addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input[type=search], select, textarea") !== null;
  if (event.altKey || event.ctrlKey || event.metaKey || isTyping) return;
  if (event.key === "/") input.focus();
  else if (event.key === "Escape" && !tip.hidden && state.zoomed === 0) hideTip();
  else if (event.key === "Escape" || event.key === "Backspace") zoomOut();
  else return;
  event.preventDefault();
});

function searchFor(text) {
  input.value = text;
  search(text);
  byId("map-heading").scrollIntoView({ block: "start" });
  input.focus();
}

byId("views").addEventListener("change", (event) => {
  state.view = event.target.value;
  hideTip();
  draw();
});
byId("colours").addEventListener("change", (event) => {
  state.colours = event.target.value;
  draw();
});

let drawnWidth = 0;
new ResizeObserver(() => {
  if (state.view === "outline" || map.clientWidth === drawnWidth) return;
  drawnWidth = map.clientWidth;
  drawMap();
}).observe(map);
addEventListener("beforeprint", () => {
  document.documentElement.classList.add("printing");
  draw();
});
addEventListener("afterprint", () => {
  document.documentElement.classList.remove("printing");
  draw();
});

for (const id of ["toolbar", "place", "map", "legend", "details", "keyboard-help"]) byId(id).hidden = false;
draw();
drawTables();
