import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

test('the page on adding a provider lists every file outside its own that names one', () => {
  const page = fs.readFileSync(path.join(ROOT, 'docs/adding-a-provider.md'), 'utf8');
  const listed = [...page.matchAll(/^- `([^`]+)`: /gm)].map((match) => match[1]);

  const found = execFileSync(process.execPath, ['scripts/provider-files.mjs', '--json'], { cwd: ROOT });

  expect(listed).toEqual(JSON.parse(found.toString()));
  // Two of them are written by programs, two need nothing: the rest is a line or a few each.
  expect(listed.length).toBeLessThanOrEqual(10);
});
