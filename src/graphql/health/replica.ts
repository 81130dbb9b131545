// How far behind the replica is, which operators' reads are sent to.
import type { Replica } from '../../db/replica';
import type { HealthCheck } from '../../reports/health';

/** Empty where there is no replica. Reads go on without it, at the cost of the primary: not ok is a reason to look. */
export async function checkReplica({
  replica,
}: {
  readonly replica: Replica | null;
}): Promise<HealthCheck[]> {
  if (!replica) return [];
  const startedMs = performance.now();
  const { behindSeconds, isRead } = await replica.standing();
  const detail =
    behindSeconds === null
      ? 'No answer of a standby; the primary is read'
      : `${behindSeconds.toFixed(1)} s behind${isRead ? '' : '; the primary is read'}`;
  return [{ name: 'replica', ok: isRead, latencyMs: Math.round(performance.now() - startedMs), detail }];
}
