// Texts, elements and the theme of every page.

const data = JSON.parse(document.getElementById("data").textContent);

// Characters that move or hide their neighbours are shown as escapes.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const visible = (text) =>
  text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);
// Blank names are quoted.
const shown = (text) => (text.trim() === "" ? `"${text}"` : visible(text));

function end(text, most) {
  return text.length <= most ? text : "…" + text.slice(text.length - most + 1);
}

function start(text, most) {
  return text.length <= most ? text : text.slice(0, most - 1) + "…";
}

// One decimal, rounded half to even like the text report.
function tenth(number) {
  const half = number * 4;
  return Number.isInteger(half) && half % 4 === 1 ? `${Math.floor(number)}.2` : number.toFixed(1);
}

const UNITS = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

function bytes(number) {
  let amount = Number(number);
  if (amount < 1024) return `${amount} B`;
  let unit = -1;
  while (unit + 1 < UNITS.length && amount >= 1023.95) {
    amount /= 1024;
    unit += 1;
  }
  return `${tenth(amount)} ${UNITS[unit]}`;
}

const count = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const plural = (number, one, many) => `${count(number)} ${Number(number) === 1 ? one : many}`;
const exact = (number) => plural(number, "byte", "bytes");

// Makes an element. Strings become text nodes and are never parsed as markup.
function element(tag, properties = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made && !key.startsWith("aria")) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...inside);
  return made;
}

const byId = (id) => document.getElementById(id);

// The figures of an element, as pairs of a term and a text.
function fillDetails(list, pairs) {
  list.replaceChildren(...pairs.map(([term, text]) =>
    element("div", {}, element("dt", {}, term), element("dd", {}, element("bdi", {}, text)))));
}

const tip = byId("tip");

// Shows the tooltip beside a rectangle: below and to the right if it fits, otherwise above and to the left, always inside the window.
function placeTip(lines, place) {
  tip.replaceChildren(...lines);
  tip.hidden = false;
  const { offsetWidth: width, offsetHeight: height } = tip;
  const across = place.right + 14 + width <= innerWidth ? place.right + 14 : place.left - width - 10;
  const down = place.bottom + 14 + height <= innerHeight ? place.bottom + 14 : place.top - height - 10;
  tip.style.left = `${Math.max(8, Math.min(across, innerWidth - width - 8))}px`;
  tip.style.top = `${Math.max(8, Math.min(down, innerHeight - height - 8))}px`;
}

function hideTip() {
  tip.hidden = true;
}

addEventListener("scroll", hideTip, { passive: true });

const theme = byId("theme");
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark";
const showTheme = () => {
  theme.textContent = isDark() ? "Switch to light" : "Switch to dark";
};
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  showTheme();
});
prefersDark.addEventListener("change", showTheme);
theme.hidden = false;
showTheme();
