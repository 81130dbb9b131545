// How far behind the replica is, for who watches; nothing where there is none.
import { Gauge, type Registry } from 'prom-client';
import type { Replica } from '../db/replica';

export function addReplicaMetrics(replica: Replica | null, registers: Registry[]): void {
  if (!replica) return;
  new Gauge({
    name: 'database_replica_read',
    help: '1: reads are sent to the replica. 0: it is away or too late, and the primary is read.',
    registers,
    async collect() {
      this.set((await replica.standing()).isRead ? 1 : 0);
    },
  });
  new Gauge({
    name: 'database_replica_behind_seconds',
    help: 'How old what the replica has is; NaN: it does not answer.',
    registers,
    async collect() {
      this.set((await replica.standing()).behindSeconds ?? Number.NaN);
    },
  });
}
