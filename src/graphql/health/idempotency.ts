// What idempotency keys met, beside the health of what the gateway stands on.
import type { KeyCounts, KeyResult } from '../../idempotency/key-counts';
import type { ReplayCache } from '../../idempotency/replay-cache';
import type { HealthCheck } from '../../reports/health';

const number = new Intl.NumberFormat('en');

/** Counts of this process since its start, over all mutations. A conflict is a caller's mistake, no failure of ours. */
export function checkIdempotency({
  replays,
  keyCounts,
}: {
  readonly replays: ReplayCache;
  readonly keyCounts: KeyCounts;
}): HealthCheck {
  const sum = (wanted: KeyResult) =>
    keyCounts.all().reduce((total, { result, count }) => total + (result === wanted ? count : 0), 0);
  const [hits, misses, conflicts] = [sum('hits'), sum('misses'), sum('conflicts')];
  const kept = replays.backend === 'redis' ? 'in Redis' : 'in the memory of this process';
  return {
    name: 'idempotency',
    ok: true,
    latencyMs: null,
    detail: `${number.format(hits)} hits, ${number.format(misses)} misses, ${number.format(conflicts)} conflicts; answered keys are kept ${kept}.`,
  };
}
