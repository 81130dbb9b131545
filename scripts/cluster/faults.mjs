// What is done to the cluster, and undone; each is back when it is whole again.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from './machine.mjs';

/** Longer than the leader's lease and the tries of whoever takes over. */
const PARTITION_MS = 18_000;

/** Both in their places, the one that follows as far as the one that leads. */
const whole = (cluster) =>
  until('a leader with a synchronous standby', async () => {
    const { leader, standby } = await cluster.roles();
    return leader !== null && standby !== null && leader !== standby;
  });

const another = (cluster, than) =>
  until('another leader', async () => {
    const { leader } = await cluster.roles();
    return leader !== null && leader !== than;
  });

/** The server itself, which Patroni started apart from itself, and its children. */
function familyOf(cluster, { name, machine }) {
  const [first] = fs
    .readFileSync(path.join(cluster.folder, name, 'data', 'postmaster.pid'), 'utf8')
    .split('\n');
  return [...machine.family(), ...machine.family(Number(first))];
}

async function redisMaster(cluster) {
  for (const one of cluster.redis) {
    if (!one.machine.isUp) continue;
    const said = await cluster.askRedis(one.port, 'INFO replication');
    if (said.includes('role:master')) return one;
  }
  return null;
}

export const FAULTS = {
  'PgBouncer is killed and started again': async (cluster) => {
    await cluster.pooler.end('SIGKILL');
    await cluster.pooler.start();
  },

  'PostgreSQL is switched over to its standby': async (cluster) => {
    const { leader, standby } = await cluster.roles();
    const answer = await fetch(`http://127.0.0.1:${leader.restPort}/switchover`, {
      method: 'POST',
      body: JSON.stringify({ leader: leader.name, candidate: standby.name }),
    });
    if (answer.status !== 200) throw new Error(`switchover: ${answer.status} ${await answer.text()}`);
    await another(cluster, leader);
  },

  'the machine of the leader dies': async (cluster) => {
    const { leader } = await cluster.roles();
    leader.machine.signal('SIGKILL', familyOf(cluster, leader));
    await another(cluster, leader);
    await leader.machine.start();
  },

  'the leader is cut off from the store': async (cluster) => {
    const { leader } = await cluster.roles();
    leader.store.weather = 'silent';
    await pause(PARTITION_MS);
    leader.store.clear();
    await another(cluster, leader);
  },

  'the machine of the leader hangs and wakes': async (cluster) => {
    const { leader } = await cluster.roles();
    const family = familyOf(cluster, leader);
    leader.machine.signal('SIGSTOP', family);
    await pause(PARTITION_MS);
    leader.machine.signal('SIGCONT', family);
    await another(cluster, leader);
  },

  'the standby dies': async (cluster) => {
    const { standby } = await cluster.roles();
    standby.machine.signal('SIGKILL', familyOf(cluster, standby));
    await pause(5_000);
    await standby.machine.start();
  },

  'the master of Redis dies': async (cluster) => {
    const master = await redisMaster(cluster);
    await master.machine.end('SIGKILL');
    await until('another master', async () => {
      const now = await redisMaster(cluster);
      return now !== null && now !== master;
    });
    await master.machine.start();
  },
};

/** Does it, and waits until all is as before. */
export async function strike(cluster, name) {
  await FAULTS[name](cluster);
  await whole(cluster);
}
