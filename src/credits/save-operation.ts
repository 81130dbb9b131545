import type pg from 'pg';
import { audited } from '../callers/audit';
import { type Caller, hasRole } from '../callers/caller';
import { type Row, rowMapper, selectList } from '../db/columns';
import { Fault } from '../kernel/invariant';
import { invalidInput, notFound } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import type { Logger } from '../telemetry/logger';
import { Operation } from './operation.entity';

export interface SaveOperationInput {
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  /** Left out: it is. */
  readonly active?: boolean | null;
}

interface Needs {
  readonly pool: pg.Pool;
  readonly log: Logger;
}

/**
 * Makes an operation or changes what it is called, and whether it may be used. What it costs is said by saveRate.
 * @throws Problem INVALID_INPUT, NOT_FOUND below admin
 */
export async function saveOperation(
  deps: Needs,
  caller: Caller,
  input: SaveOperationInput,
): Promise<Operation> {
  if (!hasRole(caller, 'admin')) throw notFound('The operation', ['input', 'code']);
  const { code, active } = input;
  const [name, unit] = [input.name.trim(), input.unit.trim()];
  if (!/^[a-z0-9_.-]{1,64}$/.test(code))
    throw invalidInput('A code has 1 to 64 small letters, digits, - _ or dots.', 'code');
  if (name.length < 1 || name.length > 255 || !isStorable(name))
    throw invalidInput('A name has 1 to 255 characters.', 'name');
  if (unit.length < 1 || unit.length > 40 || !isStorable(unit))
    throw invalidInput('A unit has 1 to 40 characters.', 'unit');
  const saved = await audited(
    deps.pool,
    caller,
    async (client) => {
      const { rows } = await client.query<Row>(
        `insert into operations as o (code, name, unit, active, created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, instant(), instant())
         on conflict (code) do update set name = excluded.name, unit = excluded.unit, active = excluded.active,
           updated_at = excluded.updated_at
         returning ${selectList(Operation, 'o')}`,
        [code, name, unit, active ?? true, caller.id],
      );
      if (!rows[0]) throw new Fault(`The operation ${code} was not saved`);
      return rowMapper(Operation)(rows[0]);
    },
    () => ({ action: 'saveOperation', targetId: code, diff: { name, unit, active: active ?? true } }),
  );
  deps.log.info('operation.saved', { operation: code, active: saved.active, actor: caller.id });
  return saved;
}
