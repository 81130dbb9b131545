// npm run example -- express ../my-shop: a copy of an example in a folder of its own, installed. The packages of this repository
// that it uses are packed into it, since no registry has them.
import fs from 'node:fs';
import path from 'node:path';
import { copyExample, installExample, packPackages } from './examples/copy.mjs';

const [name, folder] = process.argv.slice(2);
try {
  if (!name || !folder) throw new Error('Usage: npm run example -- <name> <new folder>');
  const packed = packPackages();
  copyExample(name, folder, packed);
  for (const file of packed.values()) fs.rmSync(path.dirname(file), { recursive: true, force: true });
  installExample(folder);
  process.stdout.write(`${folder} is ready: its README.md says how to start it.\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
