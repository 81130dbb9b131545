// A base backup of the gateways' PostgreSQL, and its restore to a moment since: what docs/operations/disaster.md has pg_basebackup and
// an archive do is done here by hand, because the embedded server comes without the one, and its own log is archive enough.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Postgres } from './postgres';

const run = promisify(execFile);
const MOMENT = 'storm';
// Of the server that runs: its log, which is read from where it stands, and what says that it runs.
const NOT_COPIED = new Set(['pg_wal', 'postmaster.pid', 'postmaster.opts']);

export class Backup {
  /** @param base where the copy is @param log where the log of the lost server is put */
  private constructor(
    private readonly postgres: Postgres,
    private readonly base: string,
    private readonly log: string,
  ) {}

  /** Copies a server that works on meanwhile. @param directory one that does not exist, on another disk */
  static async make(postgres: Postgres, directory: string): Promise<Backup> {
    const backup = new Backup(postgres, path.join(directory, 'base'), path.join(directory, 'log'));
    fs.mkdirSync(backup.base, { recursive: true });
    fs.chmodSync(directory, 0o711);
    const client = await postgres.owner();
    try {
      await client.query(`select pg_backup_start($1, true)`, [MOMENT]);
      await copied(
        fs
          .readdirSync(postgres.cluster)
          .filter((name) => !NOT_COPIED.has(name))
          .map((name) => path.join(postgres.cluster, name)),
        backup.base,
      );
      const { rows } = await client.query('select labelfile from pg_backup_stop(false)');
      fs.writeFileSync(path.join(backup.base, 'backup_label'), rows[0].labelfile);
    } finally {
      await client.end().catch(() => undefined);
    }
    return backup;
  }

  /** Names this moment: what has been answered before is in it. Something has to be committed after it. */
  async mark(): Promise<void> {
    await this.postgres.run(
      `select pg_create_restore_point('${MOMENT}')`,
      'create table marked ()',
      'drop table marked',
    );
  }

  /** Loses the server, and starts it as it was at the moment. */
  async restore(): Promise<void> {
    const { postgres, base, log } = this;
    const { cluster } = postgres;
    await postgres.end('SIGQUIT');
    await copied([path.join(cluster, 'pg_wal')], log);
    const { uid, gid } = fs.statSync(cluster);
    fs.rmSync(cluster, { recursive: true });
    for (const directory of [cluster, path.join(cluster, 'pg_wal')]) {
      fs.mkdirSync(directory, { mode: 0o700 });
      fs.chownSync(directory, uid, gid);
    }
    await copied(
      fs.readdirSync(base).map((name) => path.join(base, name)),
      cluster,
    );
    const lines = [
      `restore_command = 'cp "${log}/pg_wal/%f" "%p"'`,
      `recovery_target_name = '${MOMENT}'`,
      `recovery_target_action = 'promote'`,
    ];
    fs.appendFileSync(path.join(cluster, 'postgresql.auto.conf'), `${lines.join('\n')}\n`);
    fs.writeFileSync(path.join(cluster, 'recovery.signal'), '');
    for (const name of ['recovery.signal', 'backup_label']) fs.chownSync(path.join(cluster, name), uid, gid);
    await postgres.start();
    fs.rmSync(path.dirname(base), { recursive: true });
  }
}

/** With owners and rights. What vanishes meanwhile is in the log. */
async function copied(files: readonly string[], to: string): Promise<void> {
  fs.mkdirSync(to, { recursive: true });
  try {
    await run('cp', ['-a', ...files, to]);
  } catch (error) {
    const lines = String((error as { stderr?: string }).stderr ?? error)
      .trim()
      .split('\n');
    if (!lines.every((line) => line.includes('No such file'))) throw error;
  }
}
