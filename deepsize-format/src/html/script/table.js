// Tables, each sortable by any of its columns.

const FIRST_LINES = 12;

// The contents of a cell, by kind of column. Pages add further kinds.
const kinds = {
  bytes: (value) => (value === null ? "" : element("data", { value, title: exact(value) }, bytes(value))),
  count: (value) => (value === null ? "?" : count(value)),
  text: (value) => element("bdi", {}, start(visible(value), 300)),
};

// Sort keys, by kind of column. Others are numbers.
const keys = {
  text: (value) => value,
  count: (value) => (value === null ? -1 : Number(value)),
};
const isText = (kind) => ["type", "node", "nodes", "text", "action", "path"].includes(kind);
const isNumber = (kind) => ["bytes", "share", "average", "count", "about", "amount", "time"].includes(kind);
// Text and time start with the smallest.
const isRising = (kind) => isText(kind) || kind === "time";
const looks = (kind) => (isNumber(kind) ? `number ${kind}-cell` : `${kind}-cell`);

const collator = new Intl.Collator("en", { numeric: true });

// A column is [heading, kind, value of a row]. The rows arrive sorted by the column `sorted`.
function table(id, heading, lead, { all, rows: lines }, columns, sorted = 0) {
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
      sort(at, before === null ? !isRising(kind) : before === "ascending");
    });
    head.append(press);
    return head;
  });
  heads[sorted].setAttribute("aria-sort", isRising(columns[sorted][1]) ? "ascending" : "descending");

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
