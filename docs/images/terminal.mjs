// Draws the text report as an SVG that follows the reader's theme.

import fs from 'node:fs';

const [input, output] = process.argv.slice(2);
const COLUMN = 7.8;
const LINE = 18;
const MARGIN = 16;
const MOST_LINES = 48;

const command = '$ cargo run --release --example dependency_graph';
const lines = [command, ...fs.readFileSync(input, 'utf8').trimEnd().split('\n')].slice(0, MOST_LINES);
const columns = Math.max(...lines.map(line => line.length));
const [width, height] = [Math.ceil(2 * MARGIN + columns * COLUMN), 2 * MARGIN + lines.length * LINE];

const escaped = text => text.replace(/[<>&]/g, character => `&#${character.codePointAt(0)};`);
const isHeading = (line, at) => /^ +(bytes|retained) +% /.test(line) || at === 0;
const isTitle = (line, at) => line !== '' && !line.startsWith(' ') && lines[at - 1] === '';
const rows = lines.map((line, at) => {
  if (line === '') return '';
  const look = isHeading(line, at) ? ' class="dim"' : isTitle(line, at) ? ' class="bold"' : '';
  // The length keeps columns aligned in any font.
  const length = (line.length * COLUMN).toFixed(1);
  return `<text x="${MARGIN}" y="${MARGIN + 13 + at * LINE}" textLength="${length}"${look}>${escaped(line)}</text>\n`;
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
