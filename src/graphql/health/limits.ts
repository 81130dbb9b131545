// How near the limits are, beside the health of what the gateway stands on.
import type { Budget } from '../../limits/window';
import type { HealthCheck } from '../../reports/health';
import type { Context } from '../context';

/** What the caller may still ask this minute, and how many sockets and streams this process still takes. */
export const checkLimits = ({ budget, deps }: Context): HealthCheck[] => [
  { name: 'limit_of_requests', latencyMs: null, ...left(budget) },
  { name: 'limit_of_streams', latencyMs: null, ...taken(deps.streams) },
];

type Finding = Pick<HealthCheck, 'ok' | 'detail'>;

const number = new Intl.NumberFormat('en');

function left(budget: Budget | null): Finding {
  if (!budget) return { ok: true, detail: 'No limit is set.' };
  const { limit, remaining, resetSeconds } = budget;
  const detail = `${number.format(remaining)} of ${number.format(limit)} points are left to you; all of them in ${resetSeconds} s.`;
  return { ok: remaining > 0, detail };
}

function taken({ open, limit }: Context['deps']['streams']): Finding {
  if (!Number.isFinite(limit))
    return { ok: true, detail: `${number.format(open)} are open; no limit is set.` };
  return {
    ok: open < limit,
    detail: `${number.format(open)} of ${number.format(limit)} are open in this process.`,
  };
}
