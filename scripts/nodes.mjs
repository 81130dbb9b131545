// The versions of Node.js that the gateway is tried on, as programs: from npm, for Linux on x64.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './fingerprint.mjs';
import { installed } from './installed.mjs';

const FOLDER = 'tools/nodes';

/**
 * @param major such as 26
 * @returns the folder with the program `node` of that version
 */
export function nodeOf(major) {
  installed(FOLDER);
  return path.join(root, FOLDER, 'node_modules', `node-${major}`, 'bin');
}

/** The major versions that are tried, the oldest first. */
export const MAJORS = Object.keys(
  JSON.parse(fs.readFileSync(path.join(root, FOLDER, 'package.json'), 'utf8')).devDependencies,
).map((name) => Number(name.replace('node-', '')));
