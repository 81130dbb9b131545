import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { retireLock } from '../../../src/db/embedded/lock';
import { processExists } from '../../../src/db/embedded/processes';
import { ask, cluster, dataDir, hasEnded, isRoot, root, start, until } from './stage';

describe('a lock that a killed server left behind', () => {
  const lock = () => path.join(cluster, 'postmaster.pid');

  async function killServer(): Promise<void> {
    const { pid, stop } = await start();
    process.kill(pid, 'SIGKILL');
    await until('the server has ended', () => hasEnded(pid), 5_000);
    await stop();
    expect(fs.existsSync(lock())).toBe(true);
  }

  test('is no obstacle when its process is gone', async () => {
    await killServer();
    const { url } = await start();
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is no obstacle when its number belongs to another process of the same account by now', async () => {
    await killServer();
    const { uid, gid } = fs.statSync(cluster);
    const other = spawn('sleep', ['60'], { stdio: 'ignore', ...(isRoot ? { uid, gid } : {}) });
    try {
      for (const file of [lock(), path.join(dataDir, 'postgres', '.s.PGSQL.5432.lock')]) {
        const rest = fs.readFileSync(file, 'utf8').replace(/^\d+/, String(other.pid));
        fs.writeFileSync(file, rest);
      }
      const { url } = await start();
      expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(other.exitCode).toBeNull();
    } finally {
      other.kill();
    }
  });

  test('is no obstacle when it was never written', async () => {
    await (await start()).stop();
    fs.writeFileSync(lock(), '');
    const { url } = await start();
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('still guards the files while a process of the dead server works on them', async () => {
    const { url, pid, stop } = await start();
    const client = new Client(url);
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query('select pg_backend_pid() as pid');
    // A stopped process stands for one that is too busy to notice that its server is gone.
    process.kill(rows[0].pid, 'SIGSTOP');
    process.kill(pid, 'SIGKILL');
    await until('the server has ended', () => hasEnded(pid), 5_000);
    await stop();
    try {
      const next = start();
      expect(await Promise.race([next, delay(300, 'waits')])).toBe('waits');
      expect(hasEnded(rows[0].pid)).toBe(false);
      process.kill(rows[0].pid, 'SIGCONT');
      expect(await ask((await next).url, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(hasEnded(rows[0].pid)).toBe(true);
    } finally {
      if (!hasEnded(rows[0].pid)) process.kill(rows[0].pid, 'SIGKILL');
      await client.end().catch(() => undefined);
    }
  });

  test('keeps the lines by which PostgreSQL finds its shared memory, when its number is taken away', () => {
    const file = path.join(root, 'lock');
    fs.writeFileSync(file, `${process.pid}\n/data\n1800000000\n5432\n/socket\n\n  123456     7\nready   \n`);
    retireLock(file, cluster);
    const [number, ...rest] = fs.readFileSync(file, 'utf8').split('\n');
    expect(processExists(Number(number))).toBe(false);
    expect(rest).toEqual(['/data', '1800000000', '5432', '/socket', '', '  123456     7', 'ready   ', '']);
  });
});
