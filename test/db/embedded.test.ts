import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import {
  ask,
  cluster,
  databaseOf,
  dataDir,
  hasEnded,
  root,
  start,
  startGateway,
  until,
} from './embedded/stage';

test('a restart keeps what was written', async () => {
  const first = await start();
  await ask(first.url, 'create table note (text text); insert into note values ($$kept$$)');
  await first.stop();
  expect(hasEnded(first.pid)).toBe(true);

  const second = await start();
  expect(await ask(second.url, 'select text from note')).toEqual([{ text: 'kept' }]);
});

test('the url serves TypeORM too, and there is room for several gateways', async () => {
  const { url, user, database } = await start();
  const dataSource = await new DataSource({ type: 'postgres', url }).initialize();
  try {
    const [row] = await dataSource.query(
      `select current_user as user, current_database() as database, current_setting('max_connections')::int as room`,
    );
    expect(row).toEqual({ user, database, room: 100 });
  } finally {
    await dataSource.destroy();
  }
});

test('nothing listens on the network and the socket is private, whatever the settings say', async () => {
  const database = await start(dataDir, { listen_addresses: '*', unix_socket_permissions: '0777' });
  expect(await ask(database.url, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
  expect(fs.statSync(database.host).mode & 0o077).toBe(0);
  expect(fs.statSync(path.join(database.host, '.s.PGSQL.5432')).mode & 0o077).toBe(0);
});

test('what is committed reaches the disk unless a setting says otherwise', async () => {
  const gateway = startGateway(dataDir);
  const { url } = await databaseOf(gateway);
  expect(await ask(url, 'show fsync')).toEqual([{ fsync: 'on' }]);
});

test('kill -9 of the gateway ends its database within seconds', async () => {
  const gateway = startGateway(dataDir);
  const { url, pid } = await databaseOf(gateway);
  await ask(url, 'create table killed (text text); insert into killed values ($$kept$$)');
  expect(hasEnded(pid)).toBe(false);

  gateway.kill('SIGKILL');
  await until('the database has ended', () => hasEnded(pid), 5_000);
  const next = await start();
  expect(await ask(next.url, 'select text from killed')).toEqual([{ text: 'kept' }]);
});

test('a gateway that starts while the database of the killed one still ends waits for it', async () => {
  const gateway = startGateway(dataDir);
  const { pid } = await databaseOf(gateway);
  gateway.kill('SIGKILL');
  const next = await start();
  expect(hasEnded(pid)).toBe(true);
  expect(await ask(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a gateway that has nothing left to do ends, and its database with it', async () => {
  const gateway = startGateway(dataDir, 'leave');
  const exit = once(gateway, 'exit');
  const { pid } = await databaseOf(gateway);
  expect(await exit).toEqual([0, null]);
  await until('the database has ended', () => hasEnded(pid), 5_000);
});

test('a second start on the same directory is refused and names the process, and the first one serves on', async () => {
  const first = await start();
  await expect(start()).rejects.toThrow(
    `DATA_DIR: the database in ${cluster} is in use by the PostgreSQL process ${first.pid}`,
  );
  expect(await ask(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('of two first starts at the same moment one serves and the other is refused', async () => {
  const directory = path.join(root, 'twice');
  const starts = [databaseOf(startGateway(directory)), databaseOf(startGateway(directory))];
  const settled = await Promise.allSettled(starts);
  const serving = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const refused = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason.message] : []));
  expect(serving).toHaveLength(1);
  expect(refused).toEqual([expect.stringContaining(`in use by the PostgreSQL process ${serving[0]!.pid}`)]);
  expect(await ask(serving[0]!.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a first start that is killed at any point does not stop the next one and leaves nothing behind', async () => {
  const directory = path.join(root, 'interrupted');
  const home = path.join(directory, 'postgres');
  const entries = () => (fs.existsSync(home) ? fs.readdirSync(home) : []);
  const unfinished = () => entries().filter((name) => name.startsWith('cluster.init-'));

  // initdb needs most of a second: just begun, in the middle, near the end.
  for (const afterMs of [0, 200, 400]) {
    const gateway = startGateway(directory);
    await until(
      'initdb has begun',
      () => unfinished().some((name) => name.endsWith(`-${gateway.pid}`)),
      10_000,
    );
    await delay(afterMs);
    gateway.kill('SIGKILL');
    await once(gateway, 'exit');
  }
  // What a first start leaves that died together with its initdb. No process has this number.
  fs.mkdirSync(path.join(home, 'cluster.init-1073741824'));
  fs.writeFileSync(path.join(home, 'cluster.init-1073741824', 'PG_VERSION'), '18');

  const { url } = await start(directory);
  expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(unfinished()).toEqual([]);
});

test('files of another version are refused in words, and stay as they are', async () => {
  const before = await start();
  await ask(before.url, 'create table upgraded (text text); insert into upgraded values ($$kept$$)');
  await before.stop();
  const file = path.join(cluster, 'PG_VERSION');
  const version = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, '15\n');
  await expect(start()).rejects.toThrow(
    /was written by PostgreSQL 15, and the installed programs are version 18/,
  );
  fs.writeFileSync(file, version);
  const { url } = await start();
  expect(await ask(url, 'select text from upgraded')).toEqual([{ text: 'kept' }]);
});

test('without programs for this platform the message says what to set', async () => {
  const arch = Object.getOwnPropertyDescriptor(process, 'arch')!;
  Object.defineProperty(process, 'arch', { ...arch, value: 'pdp11' });
  try {
    await expect(start()).rejects.toThrow(/-pdp11 .*is not installed.*Set DATABASE_URL/);
  } finally {
    Object.defineProperty(process, 'arch', arch);
  }
});

test('a server that cannot start says why, with the end of its log', async () => {
  await expect(start(dataDir, { shared_buffers: 'plenty' })).rejects.toThrow(
    /invalid value for parameter "shared_buffers": "plenty"/,
  );
});
