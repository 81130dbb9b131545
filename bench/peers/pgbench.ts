// pgbench as a side of a row: so many clients, each with one transaction after the other.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CODE } from '../../src/app/database';
import { applicationOptions } from '../../src/db/pool';
import type { Side, Told } from '../table/rounds';

const THREADS = 2;

/** Where Debian and others put it when it is not on the path. */
function find(): string {
  const versions = '/usr/lib/postgresql';
  const installed = fs.existsSync(versions) ? fs.readdirSync(versions).sort().reverse() : [];
  const places = installed.map((version) => path.join(versions, version, 'bin', 'pgbench'));
  return places.find((place) => fs.existsSync(place)) ?? 'pgbench';
}

/**
 * @param script in pgbench's words
 * @param asApplication under the gateway's own role and functions; else as the tables' owner
 */
export function pgbench(options: {
  name: string;
  databaseUrl: string;
  script: string;
  clients: number;
  asApplication?: boolean;
}): Pick<Side, 'name' | 'pids' | 'run'> {
  const { name, databaseUrl, script, clients, asApplication = false } = options;
  return {
    name,
    pids: [],
    run: (seconds) => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgbench-'));
      const file = path.join(folder, 'script.sql');
      fs.writeFileSync(file, script);
      const flags = ['-n', '-M', 'prepared', '-f', file, '-c', String(clients), '-j', String(THREADS)];
      const all = [...flags, '-T', String(Math.max(1, Math.round(seconds))), databaseUrl];
      const options = asApplication ? { PGOPTIONS: applicationOptions(CODE.schema) } : {};
      return output(all, options)
        .finally(() => fs.rmSync(folder, { recursive: true }))
        .then(toldBy);
    },
  };
}

function output(flags: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(find(), flags, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let [text, said] = ['', ''];
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`pgbench: ${said.slice(0, 300)}`)),
    );
  });
}

/** Without the time that its connections took to open. */
function toldBy(text: string): Told {
  const operations = Number(/actually processed: (\d+)/.exec(text)?.[1]);
  const perSecond = Number(/tps = ([\d.]+) \(without/.exec(text)?.[1]);
  const failed = Number(/failed transactions: (\d+)/.exec(text)?.[1] ?? 0);
  return { operations, seconds: operations / perSecond, errors: failed, firstError: 'a transaction failed' };
}
