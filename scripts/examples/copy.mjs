// Examples as a developer has them: in a folder of their own, with packages from a registry, and ours as npm packs them.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../fingerprint.mjs';

const SCOPE = '@credits-gateway/';
// Left behind by somebody who tried an example where it stands.
const MADE = new Set(['node_modules', 'dist', '.next', '.env', 'package-lock.json']);
const examples = path.join(root, 'examples');

const manifestOf = (folder) => JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
const oursIn = ({ dependencies = {} }) => Object.keys(dependencies).filter((name) => name.startsWith(SCOPE));

/** @returns the names of all examples */
export const listExamples = () =>
  fs.readdirSync(examples).filter((name) => fs.existsSync(path.join(examples, name, 'package.json')));

/**
 * Packs what examples use of this repository, each package once.
 * @returns where the tarball of a package is, by its name
 */
export function packPackages() {
  const into = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-packed-'));
  const packed = new Map();
  const pack = (name) => {
    if (packed.has(name)) return;
    const folder = path.join(root, 'packages', name.slice(SCOPE.length));
    if (!fs.existsSync(folder)) throw new Error(`${name} is no package of this repository`);
    const args = ['pack', '--json', '--pack-destination', into];
    const out = execFileSync('npm', args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // What prepack prints comes before it.
    const [{ filename }] = JSON.parse(out.slice(out.indexOf('[\n')));
    packed.set(name, path.join(into, path.basename(filename)));
    for (const needed of oursIn(manifestOf(folder))) pack(needed);
  };
  for (const name of listExamples())
    for (const ours of oursIn(manifestOf(path.join(examples, name)))) pack(ours);
  return packed;
}

/**
 * Copies an example, and the tarballs that it needs to its folder `packages`.
 * @throws Error for a name that is none, and for a folder that is there already
 */
export function copyExample(name, folder, packed) {
  if (!listExamples().includes(name))
    throw new Error(`The examples are ${listExamples().join(', ')}, not ${name}.`);
  if (fs.existsSync(folder)) throw new Error(`${folder} is there already.`);
  fs.cpSync(path.join(examples, name), folder, {
    recursive: true,
    filter: (file) => !MADE.has(path.basename(file)),
  });
  const manifest = manifestOf(folder);
  fs.mkdirSync(path.join(folder, 'packages'));
  // What one of ours needs of the others is named as well: a registry would be asked for it.
  const take = (ours) => {
    const tarball = packed.get(ours);
    const target = path.join('packages', path.basename(tarball));
    fs.copyFileSync(tarball, path.join(folder, target));
    manifest.dependencies[ours] = `file:${target}`;
    for (const needed of oursIn(manifestOf(path.join(root, 'packages', ours.slice(SCOPE.length)))))
      take(needed);
  };
  for (const ours of oursIn(manifest)) take(ours);
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** @throws Error when npm fails; what it said is on the terminal */
export function installExample(folder) {
  const args = ['install', '--no-fund', '--no-audit', '--loglevel=error'];
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}
