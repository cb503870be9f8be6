// The tree as an outline. Rows are made when their parent opens. Every node is reachable, also those without bytes.

const rows = byId("rows");
const opened = new Set();
// The number of children shown, for nodes where it is not USUAL_CHILDREN.
const shownChildren = new Map();
let rowOf = new Map();

const USUAL_CHILDREN = 50;
const FIRST_ROWS = 40;
const MOST_INDENTS = 16;

// Opens the largest nodes until the outline fills a screen.
function openLarge() {
  let lines = 1;
  const waiting = [state.zoomed];
  for (let at = 0; at < waiting.length && lines < FIRST_ROWS; at++) {
    const node = waiting[at];
    if (children[node].length === 0) continue;
    opened.add(node);
    lines += Math.min(children[node].length, USUAL_CHILDREN);
    waiting.push(...children[node].filter((child) => deep[child] >= deep[0] * 0.05).slice(0, 8));
  }
}

function drawOutline() {
  if (!opened.has(state.zoomed)) openLarge();
  rowOf = new Map();
  const made = [];
  const open = [[state.zoomed, 1, 1]];
  while (open.length > 0) {
    const [node, at, of] = open.pop();
    if (at < 0) {
      made.push(moreRow(node, -at));
      continue;
    }
    made.push(outlineRow(node, at, of));
    if (!opened.has(node)) continue;
    const all = children[node];
    const shown = Math.min(all.length, shownChildren.get(node) ?? USUAL_CHILDREN);
    if (shown < all.length) open.push([node, shown - all.length, 0]);
    for (let child = shown - 1; child >= 0; child--) open.push([all[child], child + 1, all.length]);
  }
  rows.replaceChildren(...made);
  if (!rowOf.has(state.selected)) state.selected = state.zoomed;
  selectRow(state.selected);
  markRows();
}

function indent(row, node) {
  const depth = level[node] - level[state.zoomed];
  row.style.setProperty("--indent", Math.min(depth, MOST_INDENTS));
}

function outlineRow(node, at, of) {
  const row = element("div", { className: "row", role: "treeitem", tabIndex: -1, "aria-label": label(node) });
  row.dataset.node = node;
  row.setAttribute("aria-level", level[node] - level[state.zoomed] + 1);
  row.setAttribute("aria-posinset", at);
  row.setAttribute("aria-setsize", of);
  const hasChildren = children[node].length > 0;
  if (hasChildren) row.setAttribute("aria-expanded", opened.has(node));
  const refers = target(node) >= 0;
  const held = element("span", { className: "amount", title: refers ? "" : exactAmount(node) });
  if (!refers) {
    const bar = element("span", { className: `bar ${colour(node)}` });
    bar.style.width = `${deep[0] > 0 ? (100 * deep[node]) / deep[0] : 0}%`;
    held.append(bar, element("span", {}, amount(node)));
  }
  const what = element("span", { className: "what" });
  indent(what, node);
  what.append(element("bdi", { className: "name" }, shortName(node)), " ");
  if (refers) {
    what.append(element("bdi", { className: "quiet" }, `counted at ${path(target(node), 80)}`));
  } else if (!namesType(node)) {
    what.append(element("bdi", { className: "quiet" }, shortType(node)));
  }
  const percent = refers ? "" : share(deep[node]).slice(0, -2);
  // In reading order for screen readers. CSS moves the numbers to the left.
  row.append(what, " ", held, " ", element("span", { className: "number share" }, percent));
  row.append(" ", element("span", { className: "number count" }, countOf(node)));
  rowOf.set(node, row);
  return row;
}

// A row that shows more children when it is chosen.
function moreRow(node, hidden) {
  const text = `Show ${count(Math.min(hidden, 500))} of ${count(hidden)} more`;
  const row = element("div", { className: "row more", role: "treeitem", tabIndex: -1, "aria-label": text });
  row.setAttribute("aria-level", level[node] - level[state.zoomed] + 2);
  row.dataset.more = node;
  const what = element("span", { className: "what" }, text);
  what.style.setProperty("--indent", Math.min(level[node] - level[state.zoomed] + 1, MOST_INDENTS));
  row.append(what);
  return row;
}

function selectRow(node, takesFocus = false) {
  const before = rowOf.get(state.selected);
  before?.setAttribute("aria-selected", "false");
  if (before) before.tabIndex = -1;
  state.selected = node;
  const row = rowOf.get(node);
  if (row) {
    row.setAttribute("aria-selected", "true");
    row.tabIndex = 0;
    if (takesFocus) row.focus();
  }
  showDetails(node);
}

function setOpen(node, isOpen) {
  if (isOpen) opened.add(node);
  else opened.delete(node);
  // The zoomed node is always open.
  opened.add(state.zoomed);
  state.selected = node;
  drawOutline();
  rowOf.get(node)?.focus();
}

function showMore(node) {
  const shown = shownChildren.get(node) ?? USUAL_CHILDREN;
  shownChildren.set(node, shown + 500);
  drawOutline();
  selectRow(children[node][shown], true);
}

rows.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const row = event.target.closest(".row");
  if (!row) return;
  const all = [...rows.children];
  const at = all.indexOf(row);
  const node = Number(row.dataset.node ?? row.dataset.more);
  const go = (to) => {
    if (!to) return;
    if (to.dataset.node) selectRow(Number(to.dataset.node), true);
    else to.focus();
  };
  switch (event.key) {
    case "ArrowDown": go(all[at + 1]); break;
    case "ArrowUp": go(all[at - 1]); break;
    case "Home": go(all[0]); break;
    case "End": go(all[all.length - 1]); break;
    case "ArrowRight":
      if (row.dataset.more || children[node].length === 0) break;
      if (opened.has(node)) go(all[at + 1]);
      else setOpen(node, true);
      break;
    case "ArrowLeft":
      if (row.dataset.more) go(rowOf.get(node));
      else if (opened.has(node) && node !== state.zoomed) setOpen(node, false);
      else if (node !== state.zoomed) go(rowOf.get(parentOf(node)));
      else if (node !== 0) zoom(parentOf(node), { takesFocus: true });
      break;
    case "Enter":
    case " ":
      if (row.dataset.more) showMore(node);
      else activate(node);
      break;
    default: return;
  }
  event.preventDefault();
});

rows.addEventListener("click", (event) => {
  const row = event.target.closest(".row");
  if (!row) return;
  if (row.dataset.more) {
    showMore(Number(row.dataset.more));
    return;
  }
  const node = Number(row.dataset.node);
  if (event.target.classList.contains("name") || children[node].length === 0) activate(node);
  else setOpen(node, !opened.has(node));
});
