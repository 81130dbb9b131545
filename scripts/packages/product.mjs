// A product that has installed packages: an empty folder, what was packed, and what that needs of others.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../fingerprint.mjs';
import { run } from './run.mjs';

/**
 * @param names of packages of ours, unpacked from `tarballs` in `from`
 * @param links packages by their name, and the folder that has them
 * @returns its folder
 */
export function productWith(names, links, tarballs, from) {
  const folder = fs.mkdtempSync(path.join(from, 'product-'));
  const modules = path.join(folder, 'node_modules');
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "name": "product", "private": true }');
  for (const name of names) {
    const at = path.join(modules, '@credits-gateway', name);
    fs.mkdirSync(at, { recursive: true });
    run('tar', ['-xzf', tarballs[name], '-C', at, '--strip-components=1'], from);
  }
  for (const [name, target] of Object.entries(links)) {
    const at = path.join(modules, name);
    fs.mkdirSync(path.dirname(at), { recursive: true });
    fs.symlinkSync(target, at);
  }
  return folder;
}

export const ofGateway = (name) => path.join(root, 'node_modules', name);
export const ofTools = (name) => path.join(root, 'tools', 'packages', 'node_modules', name);
