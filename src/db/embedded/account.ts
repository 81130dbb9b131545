// Decides as whom PostgreSQL runs, because it refuses to run as root. A normal user runs it as itself. Root runs it as
// the owner of what is already there, as a system account, or, where no other account may enter the directory, as
// itself inside a user namespace, where root is an ordinary user.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../../kernel/config';

export interface Account {
  /** Who the process becomes; empty: who we are. */
  readonly identity: { readonly uid?: number; readonly gid?: number };
  /** What stands before a command; empty unless a user namespace is needed. */
  readonly prefix: readonly string[];
}

/** An account, and the major version of the PostgreSQL that it was seen to run, e.g. 18. */
export interface ProvenAccount {
  readonly account: Account;
  readonly majorVersion: number;
}

const OURSELVES: Account = { identity: {}, prefix: [] };
const ROOT = 0;

/**
 * Finds an account that may enter `dataDir` and can run `postgres`, by trying.
 * @param cluster where the database is or will be; what is there is never taken from its owner.
 * @throws ConfigError when there is none.
 */
export function chooseAccount(postgres: string, dataDir: string, cluster: string): ProvenAccount {
  const isRoot = process.geteuid?.() === ROOT;
  const failures: string[] = [];
  for (const account of isRoot ? accountsForRoot(dataDir, cluster) : [OURSELVES]) {
    const tried = tryAccount(account, postgres, dataDir);
    if (typeof tried === 'number') return { account, majorVersion: tried };
    failures.push(tried);
  }
  const reasons = [...new Set(failures)].join('; ') || 'no account but root is known here';
  throw new ConfigError([
    `DATABASE_URL: not set, and PostgreSQL cannot be run on ${dataDir} (${reasons}). Set DATABASE_URL to a ` +
      `PostgreSQL server${isRoot ? ', or run as a normal user: PostgreSQL refuses to run as root' : ''}`,
  ]);
}

function accountsForRoot(dataDir: string, cluster: string): Account[] {
  const known = systemAccounts();
  const service = known.filter(({ name }) => name === 'postgres' || name === 'nobody');
  // postgres before nobody: files of nobody may be reached by every other service that runs as nobody.
  service.sort((one, other) => other.name.localeCompare(one.name));
  // initdb looks up the name of the account it runs as, so the namespace shows it one that exists.
  const namespace: Account[] = service.slice(0, 1).map(({ uid, gid }) => ({
    identity: {},
    prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`],
  }));
  if (fs.existsSync(cluster)) {
    const { uid, gid } = fs.statSync(cluster);
    return uid === ROOT ? namespace : [{ identity: { uid, gid }, prefix: [] }];
  }
  // Root in the project of a normal user, e.g. by sudo: that user can go on without root later.
  const owners = [dataDir, path.dirname(dataDir)].map((directory) => fs.statSync(directory).uid);
  const owner = known.filter(({ uid }) => owners.includes(uid));
  const others = [...owner, ...service].map(({ uid, gid }) => ({ identity: { uid, gid }, prefix: [] }));
  return [...others, ...namespace];
}

function systemAccounts(): { name: string; uid: number; gid: number }[] {
  if (!fs.existsSync('/etc/passwd')) return [];
  const lines = fs.readFileSync('/etc/passwd', 'utf8').matchAll(/^([^:#\n]+):[^:\n]*:(\d+):(\d+):/gm);
  return [...lines]
    .map(([, name, uid, gid]) => ({ name: name ?? '', uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid }) => uid !== ROOT);
}

/** The major version that answered, or why nothing did. */
function tryAccount({ identity, prefix }: Account, postgres: string, dataDir: string): number | string {
  const [program = '', ...args] = [
    ...prefix,
    ...['/bin/sh', '-c', 'cd "$1" && exec "$2" --version', 'sh', dataDir, postgres],
  ];
  const { error, stdout, stderr } = spawnSync(program, args, { ...identity, cwd: '/', encoding: 'utf8' });
  if (error) return error.message;
  const version = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
  return version ? Number(version) : stderr.trim() || 'postgres did not say its version';
}
