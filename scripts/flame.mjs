// Draws a V8 profile (node --cpu-prof) as a flame graph that a browser opens alone.
//   node scripts/flame.mjs profile.cpuprofile out.svg "What was running"
import fs from 'node:fs';

const WIDTH = 1_200;
const ROW = 15;
// Narrower than this nothing can be read or pointed at, and the file stays below 300 kB.
const LEAST = 0.8;

const [file, out, title = file] = process.argv.slice(2);
const profile = JSON.parse(fs.readFileSync(file, 'utf8'));
const byId = new Map(profile.nodes.map((node) => [node.id, node]));
const self = new Map();
profile.samples.forEach((id, at) => {
  self.set(id, (self.get(id) ?? 0) + Math.max(0, profile.timeDeltas[at] ?? 0));
});

// The inspector's own work is none of the program's.
const isLeftOut = (frame) => frame.functionName === '(idle)' || /inspector/.test(frame.url);

function nameOf({ functionName, url, lineNumber }) {
  const library = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  const place = library ?? url.replace(/^.*\/dist\//, '').replace(/^file:\/\//, '');
  return `${functionName || '(anonymous)'}${place ? ` ${place}:${lineNumber + 1}` : ''}`;
}

/** Frames of the same function under the same callers, as one. */
function merged(nodes) {
  const byName = new Map();
  for (const node of nodes) {
    if (isLeftOut(node.callFrame)) continue;
    const name = nameOf(node.callFrame);
    const known = byName.get(name) ?? { name, frame: node.callFrame, own: 0, inner: [] };
    known.own += self.get(node.id) ?? 0;
    known.inner.push(...(node.children ?? []).map((id) => byId.get(id)));
    byName.set(name, known);
  }
  return [...byName.values()].map(({ inner, ...rest }) => {
    const children = merged(inner);
    return { ...rest, children, total: children.reduce((sum, { total }) => sum + total, rest.own) };
  });
}

const [root] = merged([profile.nodes[0]]);
const scale = WIDTH / root.total;
const rows = [];
let depth = 0;

function colorOf({ url, functionName }) {
  if (url.includes('node_modules')) return '#e8b36b';
  if (url.includes('/dist/')) return '#7fb0e6';
  if (url.startsWith('node:')) return '#9fcf9f';
  return functionName === '(garbage collector)' ? '#d98080' : '#c9c9c9';
}
const text = (value) => value.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function draw(node, x, level) {
  const width = node.total * scale;
  if (width < LEAST) return;
  depth = Math.max(depth, level + 1);
  const share = `${((node.total / root.total) * 100).toFixed(1)} %`;
  const shown = width > 40 ? text(node.name.slice(0, Math.floor(width / 6))) : '';
  rows.push(
    `<g><title>${text(node.name)} ${share}</title><rect x="${x.toFixed(1)}" y="${level * ROW}" width="${width.toFixed(1)}" height="${ROW - 1}" fill="${colorOf(node.frame)}"/>${
      shown ? `<text x="${(x + 2).toFixed(1)}" y="${level * ROW + 11}">${shown}</text>` : ''
    }</g>`,
  );
  let at = x;
  for (const child of node.children.toSorted((a, b) => b.total - a.total)) {
    draw(child, at, level + 1);
    at += child.total * scale;
  }
}
draw(root, 0, 0);

const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -22 ${WIDTH} ${depth * ROW + 24}" font-family="monospace" font-size="10">
<text x="2" y="-8" font-size="12">${text(title)}: ${(root.total / 1_000).toFixed(0)} ms of processor time; blue ours, orange libraries, green Node, red garbage</text>
${rows.join('\n')}
</svg>
`;
fs.writeFileSync(out, svg);
process.stdout.write(`${out}: ${Math.round(svg.length / 1_024)} kB\n`);
