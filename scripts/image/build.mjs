// Replays a Dockerfile's steps, each stage in a root of its own.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { nodeOf as binOf } from '../nodes.mjs';
import { containerOf, stagesOf } from './dockerfile.mjs';
import { lendNpm, makeRoot, runIn } from './root.mjs';

const IGNORED = /^(\*\*\/)?((\*?\.)?[\w-]+(\.[\w-]+)*)(\/[\w-]+)*$/;

/**
 * What .dockerignore keeps out: paths from the context, names at any depth (`**` before the slash), and `*.ending` of both kinds.
 * @returns whether a path from the context is kept out
 * @throws what it cannot read as Docker does
 */
function ignoredBy(file) {
  const lines = fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const odd = lines.find((line) => !IGNORED.test(line));
  if (odd) throw new Error(`.dockerignore: ${odd} is not a path, **/name or *.ending`);
  const fits = (name, pattern) =>
    pattern.startsWith('*') ? name.endsWith(pattern.slice(1)) : name === pattern;
  return (relative) =>
    lines.some((line) => {
      if (line.startsWith('**/')) return relative.split('/').some((name) => fits(name, line.slice(3)));
      const depth = line.split('/').length;
      return fits(relative.split('/').slice(0, depth).join('/'), line);
    });
}

/**
 * The Node.js of a base image, from npm.
 * @param image such as node:26.12.1-bookworm-slim
 * @throws when another version stands in for it
 */
function nodeOf(image) {
  const [, version, major] = /^node:((\d+)\.\d+\.\d+)-/.exec(image) ?? [];
  if (!version) throw new Error(`${image}: name the whole version of node`);
  const node = path.join(binOf(major), 'node');
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (stdout?.trim() !== `v${version}`) throw new Error(`${image}: tools/nodes has ${stdout?.trim()}`);
  return node;
}

/**
 * Builds the image of `context` in `work`.
 * @returns { root, container } of the last stage
 */
export async function buildImage(context, work, say) {
  const stages = stagesOf(path.join(context, 'Dockerfile'));
  const ignored = ignoredBy(path.join(context, '.dockerignore'));
  const roots = new Map();
  for (const stage of stages) {
    const root = path.join(work, stage.name);
    makeRoot(root, nodeOf(stage.image));
    roots.set(stage.name, root);
    const state = { folder: '/', user: 'root', env: {} };
    for (const step of stage.steps) await replay(step, { stage, root, roots, context, ignored, state, say });
  }
  const last = stages.at(-1);
  return { root: roots.get(last.name), container: containerOf(last) };
}

async function replay(step, { stage, root, roots, context, ignored, state, say }) {
  if (step.keyword === 'WORKDIR') {
    state.folder = path.posix.resolve(state.folder, step.folder);
    fs.mkdirSync(path.join(root, state.folder), { recursive: true });
  }
  if (step.keyword === 'ENV') Object.assign(state.env, step.values);
  if (step.keyword === 'USER') state.user = step.user;
  if (step.keyword === 'COPY') {
    const target = path.join(root, path.posix.resolve(state.folder, step.target));
    if (step.from !== null && !roots.has(step.from))
      throw new Error(`COPY --from=${step.from}: no such stage`);
    for (const source of step.sources)
      copy({ source, target, step, from: roots.get(step.from), context, ignored });
  }
  if (step.keyword !== 'RUN') return;
  say(`${stage.name}, line ${step.line}: ${step.command}`);
  lendNpm(root);
  const { code, output } = await runIn(root, { ...state, command: ['/bin/sh', '-c', step.command] });
  if (code !== 0) throw new Error(`line ${step.line} ended with ${code}:\n${output.slice(-4_000)}`);
}

/** As COPY does: what is in a folder, or the file; into a folder when the target ends with a slash. */
function copy({ source, target, step, from, context, ignored }) {
  const whole = from ? path.join(from, source) : path.join(context, source);
  if (!fs.existsSync(whole)) throw new Error(`line ${step.line}: ${source} does not exist`);
  const isFolder = fs.statSync(whole).isDirectory();
  const intoFolder = !isFolder && (step.target.endsWith('/') || step.sources.length > 1);
  fs.cpSync(whole, intoFolder ? path.join(target, path.basename(source)) : target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => from !== undefined || !ignored(path.relative(context, file).split(path.sep).join('/')),
  });
}
