// A delivery stands in the trace of the purchase that its event tells of.
import type pg from 'pg';
import type { Observed, Step, TraceSubject } from '../telemetry/observed';
import type { Delivery } from './delivery.entity';

interface Needs {
  readonly pool: pg.Pool;
  readonly observed?: Pick<Observed, 'tracer'>;
}

/** Undefined where nothing is traced. What tells of no purchase has a trace of its own. */
export async function beginDelivery(
  { pool, observed }: Needs,
  { type, body }: Pick<Delivery, 'type' | 'body'>,
): Promise<Step | undefined> {
  const tracer = observed?.tracer();
  if (!tracer) return undefined;
  const about = await purchaseOf(pool, body);
  const step = tracer.begin(`delivery ${type}`, 'producer', about);
  if (about) step.of(about);
  return step;
}

/** Null where it tells of none, or where that cannot be read: it is sent all the same. */
async function purchaseOf(pool: pg.Pool, body: string): Promise<TraceSubject | null> {
  const id: unknown = JSON.parse(body).data?.intentId;
  if (typeof id !== 'string') return null;
  const text = "select request ->> 'traceparent' as traceparent from intents where id = $1";
  const { rows } = await pool.query({ name: 'traceparent_of', text, values: [id] });
  const traceparent: string | null = rows[0]?.traceparent ?? null;
  return { id, request: traceparent === null ? {} : { traceparent } };
}
