import type pg from 'pg';
import { audited } from '../callers/audit';
import { type Caller, hasRole } from '../callers/caller';
import { type Row, rowMapper, selectList } from '../db/columns';
import { readInstant } from '../db/instant';
import { listProcesses } from '../db/processes';
import { CREDITS_MAX } from '../kernel/credits';
import { Fault } from '../kernel/invariant';
import { InvalidStateProblem, invalidInput, notFound } from '../kernel/problems';
import type { Logger } from '../telemetry/logger';
import { Rate } from './rate.entity';

export interface SaveRateInput {
  readonly operation: string;
  /** For each use, whatever its quantity. Left out: 0. */
  readonly flatMicro?: bigint | null;
  readonly microPerUnit?: bigint | null;
  /** `microPerUnit` is for so many units. Left out: 1. */
  readonly perUnits?: bigint | null;
  /** A use costs no less. Left out: 0. */
  readonly minimumMicro?: bigint | null;
  /** Left out: of the first rate now, of others in a minute. */
  readonly effectiveFrom?: Date | null;
}

interface Needs {
  readonly pool: pg.Pool;
  readonly log: Logger;
}

// Longer than a call may last, so that none that is under way is priced by the rate before when the next one is in force.
const AHEAD_MS = 60_000;
// The next one comes after it and none is ever changed: a slip of the pen in the year would be the last rate for ever.
const AHEAD_MAX_DAYS = 400;
// Versions that know no usage would give back a spend of it and leave its price.
const KNOWS_USAGE = 1_764_000_000_390;

/**
 * Says what an operation costs from an instant on: its next version. Those before it stay, and so does what was priced by them.
 * @throws Problem INVALID_INPUT, NOT_FOUND, also below admin, INVALID_STATE while processes of an older version run
 */
export async function saveRate(deps: Needs, caller: Caller, input: SaveRateInput): Promise<Rate> {
  const missing = () => notFound('The operation', ['input', 'operation']);
  if (!hasRole(caller, 'admin')) throw missing();
  const { operation } = input;
  const amounts = {
    flatMicro: input.flatMicro ?? 0n,
    microPerUnit: input.microPerUnit ?? 0n,
    perUnits: input.perUnits ?? 1n,
    minimumMicro: input.minimumMicro ?? 0n,
  };
  for (const [field, amount] of Object.entries(amounts))
    if (amount < (field === 'perUnits' ? 1n : 0n) || amount > CREDITS_MAX)
      throw invalidInput(`It is ${field === 'perUnits' ? 1 : 0} or more, at most ${CREDITS_MAX}.`, field);
  if ((await listProcesses(deps.pool, KNOWS_USAGE)).length > 0)
    throw new InvalidStateProblem(
      'Processes of an older version still run, which know no usage: try again when they have ended.',
      'upgrading',
      [],
    );
  const now = await readInstant(deps.pool);
  const saved = await audited(
    deps.pool,
    caller,
    async (client) => {
      const known = await client.query('select from operations where code = $1 for no key update', [
        operation.replaceAll('\0', ''),
      ]);
      if (known.rowCount === 0) throw missing();
      const { rows: last } = await client.query<{ version: number; effective_from: Date }>(
        'select version, effective_from from rates where operation = $1 order by version desc limit 1',
        [operation],
      );
      const from = effectiveFrom(input.effectiveFrom ?? null, last[0]?.effective_from ?? null, now);
      const { flatMicro, microPerUnit, perUnits, minimumMicro } = amounts;
      const { rows } = await client.query<Row>(
        `insert into rates as r (operation, version, effective_from, flat_micro, micro_per_unit, per_units, minimum_micro,
           created_by, created_at)
         values ($1, $2, greatest($3, instant()), $4, $5, $6, $7, $8, instant())
         returning ${selectList(Rate, 'r')}`,
        [
          ...[operation, (last[0]?.version ?? 0) + 1, from],
          ...[flatMicro, microPerUnit, perUnits, minimumMicro, caller.id],
        ],
      );
      if (!rows[0]) throw new Fault(`The rate of ${operation} was not saved`);
      return rowMapper(Rate)(rows[0]);
    },
    ({ version, effectiveFrom: from }) => ({
      action: 'saveRate',
      targetId: operation,
      diff: {
        ...{ version, effectiveFrom: from },
        ...Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount.toString()])),
      },
    }),
  );
  deps.log.info('rate.saved', { operation, version: saved.version, actor: caller.id });
  return saved;
}

/** Null: of the first one, at once. @throws Problem INVALID_INPUT */
function effectiveFrom(asked: Date | null, last: Date | null, now: Date): Date | null {
  if (asked && asked.getTime() > now.getTime() + AHEAD_MAX_DAYS * 86_400_000)
    throw invalidInput(
      `A rate begins within ${AHEAD_MAX_DAYS} days: no other could begin before it.`,
      'effectiveFrom',
    );
  if (!last) {
    if (asked && asked < now) throw invalidInput('A rate does not reach into the past.', 'effectiveFrom');
    return asked;
  }
  const from = asked ?? new Date(Math.max(now.getTime() + AHEAD_MS, last.getTime() + 1));
  if (from.getTime() < now.getTime() + AHEAD_MS)
    throw invalidInput('The next rate begins in a minute at the earliest.', 'effectiveFrom');
  if (from <= last)
    throw invalidInput(`It begins after the last one, which begins ${last.toISOString()}.`, 'effectiveFrom');
  return from;
}
