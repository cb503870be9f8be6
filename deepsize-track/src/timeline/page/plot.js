// The plot of a timeline: live, peak and resident bytes over time, marks as lines, and scopes as brackets below.

const { samples, marks, names } = data;
const EVENTS = ["mark", "begin", "end"];
const [MARK, BEGIN] = [0, 1];
const [LEFT, RIGHT, HEIGHT, BELOW, LANE] = [84, 16, 300, 28, 17];
const MOST_LANES = 8;
// The width of a letter of a name, and the least number of letters that are shown.
const [LETTER, LEAST_LETTERS] = [6.8, 4];

const plot = byId("plot");
const details = byId("details");

// Moments are samples and marks, in order of time. A mark has no peak and no resident bytes.
const moments = samples.at.map((at, sample) => ({
  at, live: samples.live[sample], peak: samples.peak[sample], resident: samples.resident[sample], mark: -1,
}));
marks.at.forEach((at, mark) => moments.push({ at, live: marks.live[mark], peak: null, resident: null, mark }));
moments.sort((one, other) => one.at - other.at);
const duration = Math.max(1, moments[moments.length - 1].at);
const highest = moments.reduce((most, { live, peak, resident }) => Math.max(most, live, peak, resident), 0);
const markName = (mark) => shown(names[marks.name[mark]]);

const TIMES = [[1, "µs"], [1e3, "ms"], [1e6, "s"], [6e7, "min"], [3.6e9, "h"]];
const timeUnit = (micros) => TIMES.findLast(([unit]) => micros >= unit) ?? TIMES[0];
function time(micros) {
  const [unit, text] = timeUnit(micros);
  return `${tenth(micros / unit)} ${text}`;
}

// The scopes of each thread, inner ones in lower lanes than outer ones. Scopes that overlap have different lanes.
function brackets() {
  const made = [];
  let open = [];
  marks.at.forEach((at, mark) => {
    const thread = marks.thread[mark];
    const ofThread = (list) => list.filter((scope) => scope.thread === thread);
    if (marks.event[mark] === MARK) return;
    if (marks.event[mark] === BEGIN) {
      const outer = ofThread(open).pop();
      let lane = outer ? outer.lane + 1 : 0;
      while (ofThread(open).some((scope) => scope.lane === lane)) lane += 1;
      const scope = { name: marks.name[mark], thread, from: at, to: duration, lane };
      open.push(scope);
      made.push(scope);
      return;
    }
    const ended = ofThread(open).findLast((scope) => scope.name === marks.name[mark]);
    if (ended) {
      ended.to = at;
      open = open.filter((scope) => scope !== ended);
    } else {
      // It began before the timeline.
      const lane = Math.max(-1, ...ofThread(made).map((scope) => scope.lane)) + 1;
      made.push({ name: marks.name[mark], thread, from: 0, to: at, lane });
    }
  });
  return made;
}
const scopes = brackets();

function svg(tag, attributes, ...inside) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

// The smallest of 1, 2, 5, 10, … that divides an amount into at most `most` steps.
function nice(amount, most) {
  const power = 10 ** Math.floor(Math.log10(amount / most));
  return power * ([1, 2, 5].find((factor) => factor * power * most >= amount) ?? 10);
}

// The ticks of an axis up to `end`, as pairs of an amount and a text.
function ticks(end, unit, text, most) {
  const step = nice(end / unit, most);
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  return Array.from({ length: Math.floor(end / unit / step + 1e-9) + 1 }, (_, at) =>
    [at * step * unit, at === 0 ? "0" : `${(at * step).toFixed(decimals)} ${text}`]);
}

const byteUnit = () => {
  const power = Math.min(6, Math.floor(Math.log2(Math.max(highest, 5)) / 10));
  return [1024 ** power, ["B", ...UNITS][power]];
};

let selected = 0;
let place;

// Assigns a lane to each name, so that no name overlaps another name or its line. A name begins at its line, which ends in its lane.
function lanesOf(lines) {
  const taken = new Array(MOST_LANES).fill(Infinity);
  for (const line of [...lines].reverse()) {
    const blocked = taken.findLastIndex((x) => x < line.x + line.width);
    line.lane = blocked + 1;
    if (line.lane < MOST_LANES) taken[line.lane] = line.x;
  }
}

function draw() {
  const width = plot.clientWidth;
  if (width === 0) return;
  const inner = Math.max(50, width - LEFT - RIGHT);
  const x = (at) => LEFT + (inner * at) / duration;
  const lines = [...marks.at.keys()].filter((mark) => marks.event[mark] === MARK)
    .map((mark) => ({ mark, x: x(marks.at[mark]) }));
  for (const line of lines) {
    // Names are cut at the right edge.
    const room = Math.min(24, Math.floor((width - line.x - 8) / LETTER));
    line.text = room < LEAST_LETTERS ? "" : start(markName(line.mark), room);
    line.width = 8 + LETTER * line.text.length;
  }
  lanesOf(lines);
  const lanes = Math.max(0, ...lines.filter(({ lane }) => lane < MOST_LANES).map(({ lane }) => lane + 1));
  const top = 14 + LANE * lanes;
  const bottom = top + HEIGHT;
  const [unit, unitText] = byteUnit();
  const end = Math.max(highest, 5) * 1.08;
  const y = (bytes) => bottom - (HEIGHT * Number(bytes)) / end;
  place = { x, inner, width };

  const made = svg("svg", { viewBox: `0 0 ${width} ${bottom + BELOW}`, "aria-hidden": "true", focusable: "false" });
  for (const [amount, text] of ticks(end, unit, unitText, 6)) {
    made.append(svg("line", { class: "grid", x1: LEFT, x2: LEFT + inner, y1: y(amount), y2: y(amount) }));
    made.append(svg("text", { x: LEFT - 8, y: y(amount) + 4, "text-anchor": "end" }, text));
  }
  for (const [amount, text] of ticks(duration, ...timeUnit(duration), Math.max(2, inner / 110))) {
    made.append(svg("line", { class: "grid", x1: x(amount), x2: x(amount), y1: bottom, y2: bottom + 5 }));
    made.append(svg("text", { x: x(amount), y: bottom + 20, "text-anchor": "middle" }, text));
  }
  // Each amount lasts until the next moment, and each peak since the sample before.
  let path = `M${x(0)} ${y(moments[0].live)}`;
  let peaks = "";
  let resident = "";
  let before = moments[0];
  for (const moment of moments) {
    path += `H${x(moment.at).toFixed(1)}V${y(moment.live).toFixed(1)}`;
    if (moment.mark >= 0) continue;
    if (Number(moment.peak) > Math.max(Number(before.live), Number(moment.live))) {
      peaks += `M${x(before.at).toFixed(1)} ${y(moment.peak).toFixed(1)}H${Math.max(x(moment.at), x(before.at) + 2).toFixed(1)}`;
    }
    if (moment.resident !== null) resident += `${resident ? "L" : "M"}${x(moment.at).toFixed(1)} ${y(moment.resident).toFixed(1)}`;
    before = moment;
  }
  made.append(svg("path", { class: "area", d: `${path}H${x(duration)}V${bottom}H${LEFT}Z` }));
  made.append(svg("path", { class: "live", d: path }));
  if (resident) made.append(svg("path", { class: "resident", d: resident }));
  if (peaks) made.append(svg("path", { class: "high", d: peaks }));
  for (const line of lines) {
    const hasName = line.lane < MOST_LANES && line.text !== "";
    const up = hasName ? top - LANE * (line.lane + 1) : top;
    made.append(svg("line", { class: "mark-line", x1: line.x, x2: line.x, y1: bottom, y2: up + 2 }));
    if (hasName) made.append(svg("text", { class: "mark-name", x: line.x + 4, y: up + 12 }, line.text));
  }
  made.append(svg("line", { id: "cursor", class: "cursor", y1: top, y2: bottom }));
  plot.replaceChildren(made);
  drawScopes();
  drawLegend(resident !== "", peaks !== "");
  select(selected);
}

function drawScopes() {
  const threads = [...new Set(scopes.map((scope) => scope.thread))].sort((one, other) => one - other);
  byId("scopes").replaceChildren(...threads.map((thread) => {
    const own = scopes.filter((scope) => scope.thread === thread);
    const group = element("div", { className: "thread", role: "group", "aria-label": `Scopes of thread ${thread}` });
    group.style.height = `${LANE * (Math.max(...own.map(({ lane }) => lane)) + 1)}px`;
    group.append(element("span", { "aria-hidden": "true" }, `thread ${thread}`));
    for (const { name, from, to, lane } of own) {
      const text = shown(names[name]);
      const about = `${text}: ${time(to - from)} from ${time(from)}, thread ${thread}`;
      const wide = Math.max(2, place.x(to) - place.x(from));
      const made = element("div", { className: wide < 12 ? "scope narrow" : "scope", role: "img", title: about, "aria-label": about });
      if (wide >= 24) made.append(element("bdi", {}, text));
      made.style.left = `${(100 * place.x(from)) / place.width}%`;
      made.style.width = `${(100 * wide) / place.width}%`;
      made.style.top = `${LANE * lane}px`;
      group.append(made);
    }
    return group;
  }));
}

function drawLegend(hasResident, hasPeaks) {
  const entry = (look, text, d) => element("span", { className: "entry" },
    svg("svg", { viewBox: "0 0 26 10", "aria-hidden": "true" }, svg("path", { class: look, d })), text);
  const entries = [entry("live", "live bytes", "M0 5H26")];
  if (hasPeaks) entries.push(entry("high", "peaks between samples", "M0 5H26"));
  if (hasResident) entries.push(entry("resident", "resident memory", "M0 5H26"));
  if (marks.event.includes(MARK)) entries.push(entry("mark-line", "marks", "M0 5H26"));
  byId("legend").replaceChildren(...entries);
}

const both = (number) => (Number(number) < 1024 ? exact(number) : `${bytes(number)} (${exact(number)})`);

// The figures of a moment, as pairs of a term and a text.
function facts({ at, live, peak, resident, mark }) {
  const found = [["Time", `${time(at)} (${count(at)} µs)`], ["Live", both(live)]];
  if (peak !== null) found.push(["Peak since the sample before", both(peak)]);
  if (resident !== null) found.push(["Resident", both(resident)]);
  if (mark >= 0) {
    const event = { mark: "Mark", begin: "Begin of", end: "End of" }[EVENTS[marks.event[mark]]];
    found.push([event, `${start(markName(mark), 200)} (thread ${marks.thread[mark]})`]);
  }
  const around = scopes.filter(({ from, to }) => from <= at && at < to);
  const listed = around.slice(0, 6).map(({ name, thread }) => `${start(shown(names[name]), 60)} (thread ${thread})`);
  if (around.length > listed.length) listed.push(`and ${count(around.length - listed.length)} more`);
  if (listed.length > 0) found.push(["In scopes", listed.join(", ")]);
  return found;
}

function select(at) {
  selected = at;
  const moment = moments[at];
  const line = byId("cursor");
  line?.setAttribute("x1", place.x(moment.at));
  line?.setAttribute("x2", place.x(moment.at));
  const texts = facts(moment);
  plot.setAttribute("aria-valuemin", 0);
  plot.setAttribute("aria-valuemax", moments.length - 1);
  plot.setAttribute("aria-valuenow", at);
  plot.setAttribute("aria-valuetext", texts.map((pair) => pair.join(" ")).join(", "));
  fillDetails(details, texts);
}

// The moment nearest to a time.
function nearest(at) {
  let [low, high] = [0, moments.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (moments[middle].at < at) low = middle + 1;
    else high = middle;
  }
  return low > 0 && at - moments[low - 1].at < moments[low].at - at ? low - 1 : low;
}

plot.addEventListener("pointermove", (event) => {
  const across = event.clientX - plot.getBoundingClientRect().left - LEFT;
  select(nearest(Math.max(0, Math.min(1, across / place.inner)) * duration));
  const [, ...rest] = facts(moments[selected]);
  const lines = [element("strong", {}, time(moments[selected].at)), ...rest.map((pair) => element("p", {}, pair.join(": ")))];
  const { clientX, clientY } = event;
  placeTip(lines, { left: clientX, right: clientX, top: clientY, bottom: clientY });
});
plot.addEventListener("pointerleave", hideTip);
plot.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const last = moments.length - 1;
  const tenths = Math.max(1, Math.round(last / 10));
  const to = {
    ArrowRight: selected + 1, ArrowUp: selected + 1, ArrowLeft: selected - 1, ArrowDown: selected - 1,
    PageUp: selected + tenths, PageDown: selected - tenths, Home: 0, End: last,
  }[event.key];
  if (to === undefined) return;
  hideTip();
  select(Math.max(0, Math.min(last, to)));
  event.preventDefault();
});

kinds.time = (value) => element("data", { value, title: `${count(value)} µs` }, time(value));
table("marks", "Marks", "Marks, and the begins and ends of scopes.", {
  all: marks.at.length,
  rows: [...marks.at.keys()],
}, [
  ["Time", "time", (mark) => marks.at[mark]],
  ["Live", "bytes", (mark) => marks.live[mark]],
  ["Event", "text", (mark) => EVENTS[marks.event[mark]]],
  ["Name", "text", (mark) => names[marks.name[mark]]],
  ["Thread", "count", (mark) => marks.thread[mark]],
]);

for (const id of ["plot", "legend", "details", "keyboard-help"]) byId(id).hidden = false;
draw();
let drawnWidth = plot.clientWidth;
new ResizeObserver(() => {
  if (plot.clientWidth === drawnWidth) return;
  drawnWidth = plot.clientWidth;
  draw();
}).observe(plot);
