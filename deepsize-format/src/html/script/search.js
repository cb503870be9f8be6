// Search over paths and types. A node matches if its type contains the text, or if a match in its path reaches into its name.

const input = byId("search");
const resultsBox = byId("results-box");
const results = byId("results");
const found = byId("found");

const MOST_RESULTS = 50;
// Characters of the path that are searched before the name.
const MOST_BEFORE = 200;

let hits = [];
let isHit = new Uint8Array(0);
// Ancestors of hits.
let holdsHit = new Uint8Array(0);
let active = -1;
let prepared;

// The end of each path, and the start of the name in it. Linear in the number of nodes at any depth.
function prepare() {
  const ends = new Array(nodeCount);
  const starts = new Uint32Array(nodeCount);
  ends[0] = name(0);
  for (let node = 1; node < nodeCount; node++) {
    const parent = parentOf(node);
    const before = parent === 0 ? "" : ends[parent].slice(-MOST_BEFORE);
    ends[node] = before + stepOf(node).toLowerCase();
    starts[node] = before.length;
  }
  prepared = { ends, starts, types: shortTypes.map((type) => visible(type).toLowerCase()) };
}

function search(text) {
  const wanted = text.trim().toLowerCase();
  hits = [];
  isHit = new Uint8Array(nodeCount);
  holdsHit = new Uint8Array(nodeCount);
  active = -1;
  document.body.classList.toggle("searching", wanted !== "");
  if (wanted !== "") {
    if (!prepared) prepare();
    const { ends, starts } = prepared;
    const typeHit = prepared.types.map((type) => type.includes(wanted));
    for (let node = 0; node < nodeCount; node++) {
      const at = ends[node].lastIndexOf(wanted);
      const isNamed = at >= 0 && at + wanted.length > starts[node];
      if (isNamed || (typeHit[nodes.type[node]] && !isReference(node))) isHit[node] = 1;
    }
    for (let node = nodeCount - 1; node >= 0; node--) {
      if (isHit[node]) hits.push(node);
      if (node > 0 && (isHit[node] || holdsHit[node])) holdsHit[parentOf(node)] = 1;
    }
    hits.sort((one, other) => deep[other] - deep[one] || one - other);
  }
  showFound(wanted);
  listResults();
  markCells();
  markRows();
}

// The size of all hits. Nested hits count once.
function sizeOfHits() {
  const isInside = new Uint8Array(nodeCount);
  let sum = 0;
  for (let node = 0; node < nodeCount; node++) {
    if (node > 0) isInside[node] = isInside[parentOf(node)] || isHit[parentOf(node)];
    if (isHit[node] && !isInside[node]) sum += deep[node];
  }
  return sum;
}

function showFound(wanted) {
  if (wanted === "") found.textContent = "";
  else if (hits.length === 0) found.textContent = "No match.";
  else {
    const held = sizeOfHits();
    const matches = plural(hits.length, "match", "matches");
    found.textContent = `${matches}, together ${quantity(held)} (${share(held)}).`;
  }
}

function listResults() {
  const listed = hits.slice(0, MOST_RESULTS).map((node, at) => {
    const option = element("li", { id: `result-${at}`, role: "option", "aria-selected": "false" });
    option.dataset.node = node;
    const refers = target(node) >= 0;
    option.append(
      element("bdi", { className: "path" }, path(node, 90)),
      element("span", { className: "number" }, refers ? "" : amount(node)),
      element("bdi", { className: "quiet" }, start(typeOf(node), 90)),
      element("span", { className: "number quiet" }, refers ? "counted elsewhere" : share(deep[node])),
    );
    return option;
  });
  results.replaceChildren(...listed);
  const left = hits.length - listed.length;
  byId("more-results").textContent = left > 0 ? `and ${count(left)} smaller` : "";
  showResults(listed.length > 0 && document.activeElement === input);
}

function showResults(isShown) {
  resultsBox.hidden = !isShown;
  input.setAttribute("aria-expanded", isShown);
  if (!isShown) setActive(-1);
}

function setActive(at) {
  results.children[active]?.setAttribute("aria-selected", "false");
  active = at;
  const option = results.children[at];
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function choose(node) {
  showResults(false);
  reveal(node);
}

function markCells() {
  for (const [node, cell] of cellOf) {
    cell.classList.toggle("hit", isHit[node] === 1);
    cell.classList.toggle("around", holdsHit[node] === 1);
  }
}

function markRows() {
  for (const [node, row] of rowOf) {
    row.classList.toggle("hit", isHit[node] === 1);
    row.classList.toggle("around", holdsHit[node] === 1);
  }
}

input.addEventListener("input", () => search(input.value));
input.addEventListener("focus", () => showResults(hits.length > 0));
input.addEventListener("blur", () => showResults(false));
input.addEventListener("keydown", (event) => {
  const last = results.children.length - 1;
  switch (event.key) {
    case "ArrowDown":
      showResults(last >= 0);
      setActive(active >= last ? 0 : active + 1);
      break;
    case "ArrowUp":
      showResults(last >= 0);
      setActive(active <= 0 ? last : active - 1);
      break;
    case "Enter":
      if (hits.length > 0) choose(hits[Math.max(active, 0)]);
      break;
    case "Escape":
      if (!resultsBox.hidden) showResults(false);
      else {
        input.value = "";
        search("");
      }
      break;
    default: return;
  }
  event.preventDefault();
});
// Runs before the input loses focus, which would hide the list.
results.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  const option = event.target.closest("li");
  if (option && event.button === 0) choose(Number(option.dataset.node));
});
