// What the idempotency keys of purchases met, beside the health of what the gateway stands on.
import type { ReplayCache } from '../../idempotency/replay-cache';
import type { HealthCheck } from '../../reports/health';

const number = new Intl.NumberFormat('en');

/** Counts of this process since its start. A conflict is a caller's mistake, no failure of ours. */
export function checkIdempotency({ replays }: { readonly replays: ReplayCache }): HealthCheck {
  const { hits, misses, conflicts } = replays.counts;
  const kept = replays.backend === 'redis' ? 'in Redis' : 'in the memory of this process';
  return {
    name: 'idempotency',
    ok: true,
    latencyMs: null,
    detail: `${number.format(hits)} hits, ${number.format(misses)} misses, ${number.format(conflicts)} conflicts; answered keys are kept ${kept}.`,
  };
}
