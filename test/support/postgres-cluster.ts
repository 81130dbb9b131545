// PostgreSQL servers of a test's own, on their own ports, by the programs that are installed: to be backed up, lost and restored.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from './ports';

/** Of the newest server that is installed. */
function programs(): string {
  const root = '/usr/lib/postgresql';
  const [newest] = fs.existsSync(root) ? fs.readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return newest
    ? path.join(root, newest, 'bin')
    : execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim();
}

export interface Place {
  /** Where its files are; owned by whom its programs run as. */
  readonly directory: string;
  /** Runs a script there, with its programs first in the path. @throws what it said */
  run(script: string, env?: Readonly<Record<string, string>>): string;
  /** Makes a server and starts it. @param settings lines of its configuration */
  start(name: string, settings?: readonly string[]): Promise<string>;
  /** Settings of one that is started by its own programs. @returns its address and those lines */
  portOf(): Promise<{ readonly url: string; readonly settings: readonly string[] }>;
  /** At once, as a machine that is switched off. */
  lose(name: string): void;
  remove(): void;
}

export function makePlace(): Place {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'restoring-'));
  const bin = programs();
  // PostgreSQL refuses to run as root.
  const isRoot = process.geteuid?.() === 0;
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const identity = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (isRoot) fs.chownSync(directory, idOf('-u'), idOf('-g'));
  const started = new Set<string>();
  const logs = () =>
    fs
      .readdirSync(directory)
      .filter((name) => name.endsWith('.log'))
      .map((name) => `\n${name}: ${fs.readFileSync(path.join(directory, name), 'utf8').slice(-2_000)}`)
      .join('');
  const run = (script: string, env: Readonly<Record<string, string>> = {}) => {
    const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
      ...{ cwd: directory, encoding: 'utf8', timeout: 120_000, ...identity },
      env: { PATH: `${bin}:${process.env.PATH}`, HOME: directory, LC_ALL: 'C', ...env },
    });
    if (status !== 0) throw new Error(`${script}\nended with ${status}: ${stdout}${stderr}${logs()}`);
    return stdout;
  };
  const portOf = async () => {
    const port = await freePort();
    const settings = [
      ...[`port = ${port}`, "listen_addresses = '127.0.0.1'", `unix_socket_directories = '${directory}'`],
      ...['fsync = off', 'max_connections = 60'],
    ];
    return { url: `postgresql://postgres@127.0.0.1:${port}/postgres`, settings };
  };
  return {
    directory,
    run,
    portOf,
    start: async (name, settings = []) => {
      const at = await portOf();
      run(`initdb --pgdata=${name} --username=postgres --auth=trust --no-sync`);
      fs.appendFileSync(
        path.join(directory, name, 'postgresql.conf'),
        `${[...at.settings, ...settings].join('\n')}\n`,
      );
      run(`pg_ctl --pgdata=${name} --log=${name}.log --wait start > /dev/null`);
      started.add(name);
      return at.url;
    },
    lose: (name) => {
      started.delete(name);
      run(`pg_ctl --pgdata=${name} --mode=immediate --wait stop > /dev/null`);
    },
    remove: () => {
      for (const name of fs.readdirSync(directory))
        if (fs.existsSync(path.join(directory, name, 'postmaster.pid')))
          spawnSync(
            path.join(bin, 'pg_ctl'),
            ['--pgdata', path.join(directory, name), '--mode=immediate', 'stop'],
            identity,
          );
      fs.rmSync(directory, { recursive: true, force: true });
    },
  };
}
