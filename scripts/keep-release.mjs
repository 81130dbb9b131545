// Keeps what `npm run test:upgrade` needs of a release, so that no clone needs its tag: what was built from it, and a database
// with a little of everything that it made. Needs the tag, a PostgreSQL server (DATABASE_URL) and pg_dump.
//   node scripts/keep-release.mjs v0.1.0
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { root } from './fingerprint.mjs';

const SERVER = process.env.DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const DATABASE = 'credits_gateway_release';
/** Some of each status, and small enough to be kept. */
const INTENTS = '60';

const [release = ''] = process.argv.slice(2);
const run = (program, args, options = {}) =>
  execFileSync(program, args, {
    cwd: root,
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
const psql = (statement) => run('psql', [SERVER, '-qAtc', statement]);

const kept = path.join(root, 'test', 'fixtures', 'releases', release);
run('git', ['rev-parse', '--verify', '--quiet', `refs/tags/${release}`]);
fs.mkdirSync(kept, { recursive: true });
const built = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-release-'));
run('tar', ['-x', '-C', built], { input: run('git', ['archive', '--format=tar', release]), stdio: 'pipe' });
run('npm', ['ci', '--no-fund', '--no-audit'], { cwd: built, stdio: 'inherit' });
run(process.execPath, ['scripts/build.mjs', '--force'], { cwd: built, stdio: 'inherit' });
const parts = ['dist/src', 'dist/migrations', 'packages/simulator/dist', 'packages/simulator/package.json'];
const tar = run('tar', ['-c', '-C', built, '--exclude=*.map', ...parts, 'package.json', 'package-lock.json']);
fs.writeFileSync(path.join(kept, 'built.tar.br'), brotliCompressSync(tar));
psql(`drop database if exists ${DATABASE} with (force)`);
psql(`create database ${DATABASE} template template0`);
const url = SERVER.replace(/\/[^/?]*(\?|$)/, `/${DATABASE}$1`);
const env = { PATH: process.env.PATH, HOME: process.env.HOME, DATABASE_URL: url, PORT: '0' };
// A start makes the tables, whatever the command line needs of them.
const gateway = spawn(process.execPath, ['dist/src/main.js'], {
  cwd: built,
  env,
  stdio: ['ignore', 'pipe', 'inherit'],
});
await new Promise((resolve, reject) => {
  gateway.once('exit', () => reject(new Error('the release did not start')));
  gateway.stdout.on('data', (chunk) => String(chunk).includes('gateway.ready') && resolve());
});
gateway.kill('SIGTERM');
await new Promise((resolve) => gateway.once('close', resolve));
const day = ['--until', '2026-11-01'];
run(process.execPath, ['dist/src/cli/cli.js', 'seed', '--intents', INTENTS, ...day], { cwd: built, env });
// Rows as statements, which a driver can send; meta-commands are for psql alone.
const dump = run('pg_dump', ['--inserts', '--no-owner', url])
  .toString()
  .split('\n')
  .filter((line) => !line.startsWith('\\'))
  .join('\n');
fs.writeFileSync(path.join(kept, 'database.sql.br'), brotliCompressSync(dump));
psql(`drop database ${DATABASE} with (force)`);
fs.rmSync(built, { recursive: true, force: true });
for (const name of fs.readdirSync(kept))
  process.stdout.write(`${name}: ${fs.statSync(path.join(kept, name)).size} bytes\n`);
