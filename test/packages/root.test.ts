// The repository itself is no package: it ships as an image and as itself, and what npm would pack of it claims nothing.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..', '..');

it('packs nothing that would need a build, and cannot be published', () => {
  const out = execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: ROOT, encoding: 'utf8' });
  const [{ files, name }] = JSON.parse(out);
  expect(name).toBe('credits-gateway');
  expect(files.map(({ path: file }: { path: string }) => file).sort()).toEqual(['README.md', 'package.json']);

  const { main, exports, private: isPrivate } = require('../../package.json');
  expect({ main, exports, isPrivate }).toEqual({ main: undefined, exports: undefined, isPrivate: true });
});
