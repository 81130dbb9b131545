// Every document of the repository, and what it links to.
import fs from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '..', '..');

const under = (folder: string): string[] =>
  fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join(folder, name));

/** Paths of the Markdown files, from the repository's folder. */
export function documents(): string[] {
  const top = fs.readdirSync(ROOT);
  const packages = fs.readdirSync(path.join(ROOT, 'packages')).map((name) => `packages/${name}/README.md`);
  const folders = ['docs', 'examples'].flatMap(under);
  return [...top, ...folders, ...packages, 'bench/README.md'].filter(
    (name) => name.endsWith('.md') && !name.includes('node_modules'),
  );
}

export const readDocument = (file: string): string => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** Without blocks of code. */
export const prose = (text: string): string => text.replace(/^```.*?^```$/gms, '');
