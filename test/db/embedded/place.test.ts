import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DataSource } from 'typeorm';
import { ask, databaseOf, hasEnded, isRoot, root, start, startGateway, until } from './stage';

describe('the place of the files', () => {
  test('may have any name that a directory can have', async () => {
    const { url, host } = await start(path.join(root, `it's 100% "odd", ü & a=b?#@:`));
    expect(host.startsWith(fs.realpathSync(root))).toBe(true);
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const dataSource = await new DataSource({ type: 'postgres', url }).initialize();
    await dataSource.destroy();
  });

  test('may be too long for a socket, which then has a directory that never adds up', async () => {
    const directory = path.join(root, 'long'.repeat(30));
    const gateway = startGateway(directory);
    const { url, pid } = await databaseOf(gateway);
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    gateway.kill('SIGKILL');
    await until('the database has ended', () => hasEnded(pid), 5_000);
    const host = new URLSearchParams(url.split('?')[1]).get('host')!;
    expect(fs.existsSync(host)).toBe(true);

    const next = await start(directory);
    expect(path.dirname(next.host)).toBe(os.tmpdir());
    expect(next.host).toBe(host);
    expect(fs.statSync(next.host).mode & 0o077).toBe(0);
    expect(await ask(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await next.stop();
    expect(fs.existsSync(host)).toBe(false);
  });

  test('may be below a directory that only we may enter', async () => {
    const home = path.join(root, 'private');
    fs.mkdirSync(home, { mode: 0o700 });
    const starting = start(path.join(home, 'data'));
    // Root cannot become anyone else there, and needs a user namespace, which some containers forbid.
    if (isRoot && spawnSync('unshare', ['--user', 'true']).status !== 0)
      return expect(starting).rejects.toThrow(/^.*\n.*DATABASE_URL.*run as a normal user/);
    const first = await starting;
    await ask(first.url, 'create table private (text text)');
    await first.stop();
    const second = await start(path.join(home, 'data'));
    return expect(await ask(second.url, 'select text from private')).toEqual([]);
  });
});
