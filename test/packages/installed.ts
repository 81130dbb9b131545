// Packages of this repository as whoever installs them has them: packed by npm and installed by npm into an empty folder. What
// they need of others is packed from this repository's own installation, so that no registry is asked.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..', '..');

export interface Installed {
  readonly folder: string;
  /** Every file of a package, as it was packed. */
  files(name: string): string[];
  /** Runs a program there. @returns what it printed */
  run(name: string, text: string, env?: Record<string, string>): string;
  /** Compiles a file there, and throws what the compiler says against it. */
  compile(name: string, text: string, flags?: readonly string[]): void;
  remove(): void;
}

/** @param others packages of node_modules, beside the workspaces `names` */
export function install(names: readonly string[], others: readonly string[]): Installed {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-installed-'));
  const npm = (args: readonly string[], cwd: string) =>
    execFileSync('npm', [...args, '--no-audit', '--no-fund', '--silent'], {
      cwd,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  npm(['pack', '--pack-destination', folder, ...names.flatMap((name) => ['-w', `packages/${name}`])], ROOT);
  const modules = others.map((name) => `./node_modules/${name}`);
  npm(['pack', '--ignore-scripts', '--pack-destination', folder, ...modules], ROOT);
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "name": "product", "private": true }');
  const tarballs = fs.readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  npm(['install', '--offline', ...tarballs.map((file) => `./${file}`)], folder);
  for (const file of tarballs) fs.rmSync(path.join(folder, file));
  const compiler = path.join(ROOT, 'node_modules', '.bin', 'tsc');
  const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
  return {
    folder,
    files: (name) => {
      const at = path.join(folder, 'node_modules', '@credits-gateway', name);
      return fs
        .readdirSync(at, { recursive: true, withFileTypes: true })
        .filter((item) => item.isFile())
        .map((item) => path.relative(at, path.join(item.parentPath, item.name)))
        .sort();
    },
    run: (name, text, env = {}) => {
      write(name, text);
      return execFileSync(process.execPath, [name], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env.PATH ?? '', ...env },
        timeout: 60_000,
      }).trim();
    },
    compile: (name, text, flags = []) => {
      write(name, text);
      const all = ['--strict', '--target', 'es2023', '--skipLibCheck', 'false', ...flags, name];
      try {
        execFileSync(compiler, all, { cwd: folder, stdio: 'pipe', encoding: 'utf8' });
      } catch (error) {
        throw new Error((error as { stdout: string }).stdout);
      }
    },
    remove: () => fs.rmSync(folder, { recursive: true }),
  };
}

/** The first block of a language in a package's README. */
export function exampleOf(name: string, language: string): string {
  const text = fs.readFileSync(path.join(ROOT, 'packages', name, 'README.md'), 'utf8');
  const [, example] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text) ?? [];
  if (!example) throw new Error(`The README of ${name} has no example in ${language}`);
  return example;
}
