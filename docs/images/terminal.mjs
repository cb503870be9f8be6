// Draws a terminal's output, with its bold and dim text, as an SVG that follows the reader's theme.

import fs from 'node:fs';

const [input, output] = process.argv.slice(2);
const COLUMN = 7.8;
const LINE = 18;
const MARGIN = 16;

// `script` frames the output with lines of its own.
const text = fs.readFileSync(input, 'utf8').replace(/\r/g, '').replace(/^Script (started|done).*\n?/gm, '');
const lines = text.trimEnd().split('\n');

const escaped = text => text.replace(/[<>&]/g, character => `&#${character.codePointAt(0)};`);

/** The parts of a line with their look: text, then pairs of a code and text. */
function spans(line) {
  const [first, ...rest] = line.split(/\x1b\[(\d*)m/);
  const made = [escaped(first)];
  for (let at = 0; at < rest.length; at += 2) {
    const look = {1: 'bold', 2: 'dim'}[rest[at]];
    const part = escaped(rest[at + 1]);
    made.push(look && part !== '' ? `<tspan class="${look}">${part}</tspan>` : part);
  }
  return made.join('');
}

const plain = line => line.replace(/\x1b\[\d*m/g, '');
const columns = Math.max(...lines.map(line => plain(line).length));
const [width, height] = [Math.ceil(2 * MARGIN + columns * COLUMN), 2 * MARGIN + lines.length * LINE];
const rows = lines.map((line, at) => {
  const length = plain(line).length;
  // The length keeps columns aligned in any font.
  return length === 0 ? '' : `<text x="${MARGIN}" y="${MARGIN + 13 + at * LINE}" textLength="${(length * COLUMN).toFixed(1)}">${spans(line)}</text>\n`;
});
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; fill: #1f2328; }
rect { fill: #f6f8fa; stroke: #d1d9e0; }
.bold { font-weight: 600; }
.dim { fill: #59636e; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  rect { fill: #161b22; stroke: #3d444d; }
  .dim { fill: #9198a1; }
}
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${rows.join('')}</svg>
`;
fs.writeFileSync(output, svg);
