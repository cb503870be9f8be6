// The bytes of each type as bars: one for all values, and one for each variant.

const PARTS = ["fields", "discriminant", "padding", "unused"];
const MOST_VARIANTS = 8;

function layoutLegend() {
  const entries = PARTS.map((what, at) =>
    element("span", { className: "entry" }, element("span", { className: `swatch bytes-${what}` }),
      at < 3 ? what : "unused by the variant"));
  return element("span", { className: "entries" }, "Bytes of each type:", ...entries);
}

// A bar of [kind, bytes, title], and its sums as text.
function layoutBar(name, amount, parts) {
  const bar = element("span", { className: "bytes-bar", "aria-hidden": "true" });
  const sums = [0, 0, 0, 0];
  for (const [kind, size, title] of parts) {
    const part = element("span", { className: `bytes-${PARTS[kind]}`, title });
    part.style.flexGrow = size;
    if (size > 0) bar.append(part);
    sums[kind] += size;
  }
  const texts = sums.flatMap((sum, kind) => (sum > 0 ? [`${PARTS[kind]} ${bytes(sum)}`] : []));
  const line = element("span", { className: "bytes-text" }, element("bdi", { className: "path" }, name), ` ${amount}`);
  if (texts.length > 0) line.append(`: ${texts.join(", ")}`);
  return element("span", { className: "bytes-line" }, line, bar);
}

function partTitle([kind, size, offset, name, type]) {
  const what = kind === 0 ? `${shown(name)}: ${start(typeName(type), 160)}` : PARTS[kind];
  return `${what}, ${exact(size)}${offset === null ? "" : ` at offset ${count(offset)}`}`;
}

function drawLayout([, size, alignment, all, isEstimate, padding, unused, kind, variants]) {
  const values = (number) => `${isEstimate ? "≈" : ""}${plural(number, "value", "values")}`;
  const own = (parts) => parts.map((part) => [part[0], Number(part[1]), partTitle(part)]);
  const made = element("span", { className: "bytes-lines" });
  const add = (...lines) => made.append(...lines);
  if (kind !== "enum") {
    const parts = own(variants[0][2]);
    const rest = parts.filter(([part]) => part !== 0);
    const fields = size - rest.reduce((sum, [, bytes]) => sum + bytes, 0);
    // The fields of a union overlap.
    add(layoutBar(kind, `of ${bytes(size)}, alignment ${alignment}`, kind === "union" ? [[0, fields, "all fields"], ...rest] : parts));
    return made;
  }
  const total = [0, 0, Number(padding), Number(unused)];
  for (const [, number, parts] of variants) {
    for (const [part, bytes] of parts ?? []) if (part < 2) total[part] += Number(bytes) * Number(number);
  }
  add(layoutBar("all", values(all), total.map((sum, part) => [part, sum, `${PARTS[part]}, ${exact(sum)}`])));
  const draw = ([name, number, parts]) => parts === null
    ? element("span", { className: "bytes-text quiet" }, element("bdi", { className: "path" }, `::${shown(name)}`), " not seen")
    : layoutBar(`::${shown(name)}`, values(number), own(parts));
  add(...variants.slice(0, MOST_VARIANTS).map(draw));
  const left = variants.slice(MOST_VARIANTS);
  if (left.length > 0) {
    const more = element("button", { type: "button", className: "link" }, `Show ${plural(left.length, "more variant", "more variants")}`);
    more.addEventListener("click", () => more.replaceWith(...left.map(draw)));
    add(more);
  }
  return made;
}
