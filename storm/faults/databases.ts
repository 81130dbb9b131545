// What happens to PostgreSQL and on the way to it.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Stage } from '../stage';
import { type Fault, lasting } from './fault';

// A piece of the file that fills the disk.
const MB = Buffer.alloc(1_048_576, 1);

const restarted = (name: string, signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Fault => ({
  name,
  run: ({ postgres }) => postgres.restart(signal),
});

export const DATABASE_FAULTS: readonly Fault[] = [
  restarted('PostgreSQL restarted', 'SIGINT'),
  restarted('PostgreSQL crashed', 'SIGQUIT'),
  restarted('PostgreSQL killed', 'SIGKILL'),
  {
    name: 'PostgreSQL frozen',
    run: async ({ postgres }, random) => {
      // The postmaster first, so that it starts no other; and those it started meanwhile.
      postgres.signal('SIGSTOP');
      postgres.signal('SIGSTOP');
      await lasting(random, 300, 3_000);
      postgres.signal('SIGCONT');
    },
  },
  {
    name: 'backends ended by half',
    run: async ({ postgres }, random) => {
      for (let rounds = random.whole(1, 6); rounds > 0; rounds--) {
        await postgres.run(`select pg_terminate_backend(pid) from pg_stat_activity
          where pid <> pg_backend_pid() and backend_type = 'client backend' and random() < 0.5`);
        await lasting(random, 50, 300);
      }
    },
  },
  {
    name: 'a backend killed, all start anew',
    run: async ({ postgres }, random) => {
      const [, ...children] = postgres.pids();
      postgres.signal('SIGKILL', [random.pick(children)]);
      await isAnswering(postgres);
    },
  },
  {
    name: 'database read-only',
    run: async ({ postgres }, random) => {
      await postgres.run('alter system set default_transaction_read_only = on', 'select pg_reload_conf()');
      await lasting(random, 500, 2_500);
      await postgres.run(
        'set default_transaction_read_only = off',
        'alter system reset default_transaction_read_only',
        'select pg_reload_conf()',
      );
    },
  },
  {
    name: 'disk full',
    possible: ({ postgres }) => postgres.disk !== null,
    run: async ({ postgres }, random) => {
      const file = path.join(postgres.disk ?? '', 'fills-the-disk');
      try {
        for (;;) fs.appendFileSync(file, MB);
      } catch {
        // Full, as it was to be.
      }
      await lasting(random, 1_500, 4_000);
      fs.rmSync(file);
      // Where the log found no room the server has ended, and its supervisor starts it again.
      await pause(300);
      if (postgres.isRunning) await isAnswering(postgres);
      else await postgres.start();
    },
  },
  {
    name: 'connections used up',
    run: async ({ postgres }, random) => {
      const taken: pg.Client[] = [];
      try {
        for (let count = 0; count < 100; count++) taken.push(await postgres.owner());
      } catch {
        // All of them, as it was to be.
      }
      await lasting(random, 500, 2_000);
      await Promise.all(taken.map((client) => client.end().catch(() => undefined)));
    },
  },
  {
    name: 'a table locked',
    run: async ({ postgres }, random) => {
      const table = random.pick([
        'intents',
        'wallets',
        'journal',
        'events',
        'webhook_events',
        'idempotency_keys',
      ]);
      const client = await postgres.owner();
      await client.query('begin');
      await client.query(`set local lock_timeout = '3s'`);
      await client.query(`lock table ${table} in access exclusive mode`).catch(() => undefined);
      await lasting(random, 300, 2_500);
      await client.end().catch(() => undefined);
    },
  },
  {
    name: 'a transaction stays open',
    run: async ({ postgres }, random) => {
      const client = await postgres.owner();
      // With a number of its own, as one that has written: what reads in order waits for it.
      await client.query('begin');
      await client.query('select pg_current_xact_id()');
      await lasting(random, 1_500, 4_000);
      await client.end().catch(() => undefined);
    },
  },
];

const onTheWay = (
  name: string,
  run: (way: Stage['nodes'][number]['database']) => void,
  fromMs: number,
  toMs: number,
) => ({
  name,
  run: async ({ nodes }: Stage, random: Parameters<Fault['run']>[1]) => {
    const way = random.pick(nodes).database;
    run(way);
    await lasting(random, fromMs, toMs);
    way.clear();
  },
});

export const DATABASE_NETWORK_FAULTS: readonly Fault[] = [
  onTheWay(
    'database cut off',
    (way) => {
      way.weather = 'refuse';
      way.cut();
    },
    300,
    3_000,
  ),
  onTheWay(
    'database in a black hole',
    (way) => {
      way.weather = 'silent';
    },
    1_000,
    5_000,
  ),
  onTheWay(
    'commits happen, answers are lost',
    (way) => {
      way.weather = 'deaf';
    },
    300,
    2_000,
  ),
  onTheWay(
    'database slow',
    (way) => {
      way.weather = 'slow';
    },
    1_000,
    4_000,
  ),
  {
    name: 'database connections forgotten by the network',
    run: async ({ nodes }, random) => {
      random.pick(nodes).database.forget();
      await lasting(random, 1_000, 3_000);
    },
  },
];

async function isAnswering(postgres: Stage['postgres']): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      return await postgres.run('select 1');
    } catch {
      await pause(100);
    }
  }
  throw new Error('PostgreSQL does not answer any more');
}
