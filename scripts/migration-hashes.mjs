// Writes down what each migration is, in schema/migrations.sha256, which `sha256sum --check` reads as well. One that stands
// there never changes: databases have run it. So this adds what is new, and refuses what changed or vanished.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './fingerprint.mjs';

const list = path.join(root, 'schema', 'migrations.sha256');
const names = fs
  .readdirSync(path.join(root, 'migrations'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `migrations/${name}`)
  .sort();
const hashOf = (name) =>
  createHash('sha256')
    .update(fs.readFileSync(path.join(root, name)))
    .digest('hex');

const kept = new Map(
  (fs.existsSync(list) ? fs.readFileSync(list, 'utf8') : '')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('  ').reverse()),
);
const wrong = [...kept]
  .filter(([name, hash]) => !names.includes(name) || hashOf(name) !== hash)
  .map(([name]) => `${name} ${names.includes(name) ? 'changed' : 'vanished'}`);
if (wrong.length > 0) {
  process.stderr.write(
    `${wrong.join('\n')}\nA migration that landed never changes: databases have run it. Put it back, and write a new one. ` +
      'One that has not landed yet may: take its line out of schema/migrations.sha256 and run npm run schema again.\n',
  );
  process.exit(1);
}
fs.writeFileSync(list, names.map((name) => `${hashOf(name)}  ${name}\n`).join(''));
