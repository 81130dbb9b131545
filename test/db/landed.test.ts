// Migrations that landed are what they were: databases have run them, and run them no second time.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..', '..');
const LIST = 'schema/migrations.sha256';

const landed = new Map(
  fs
    .readFileSync(path.join(ROOT, LIST), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('  ').reverse() as [string, string]),
);
const there = fs.readdirSync(path.join(ROOT, 'migrations')).map((name) => `migrations/${name}`);
const read = (name: string) => fs.readFileSync(path.join(ROOT, name));
const hashOf = (name: string) => createHash('sha256').update(read(name)).digest('hex');

test('a migration that landed has not changed: what is to change is a new migration', () => {
  const changed = [...landed].filter(([name, hash]) => there.includes(name) && hashOf(name) !== hash);
  expect(changed.map(([name]) => name)).toEqual([]);
});

test('a migration that landed has not vanished', () => {
  expect([...landed.keys()].filter((name) => !there.includes(name))).toEqual([]);
});

test(`every migration stands in ${LIST}: npm run schema writes it there`, () => {
  expect(there.filter((name) => !landed.has(name))).toEqual([]);
});

test('a migration is whole in its file, so that its hash says what it does', () => {
  const imports = there.flatMap((name) => [
    ...read(name)
      .toString()
      .matchAll(/^import .*|\brequire\(.*|\bimport\(.*/gm),
  ]);
  const from = imports.map(([line]) => line).filter((line) => !/^import type /.test(line));
  expect(from).toEqual([]);
});
