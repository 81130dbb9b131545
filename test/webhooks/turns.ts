// When the calls to a provider's account were allowed to leave, by the clock that allows them: PostgreSQL's. How late they left, or
// arrived, on a machine that does other things as well, is no part of it.
import type pg from 'pg';
import { bucketOf } from '../../src/limits/pace';

/** Writes down each change of the account's bucket from now on. @param owner of the tables */
export async function recordTurns(owner: pg.ClientBase): Promise<void> {
  await owner.query(`
    create table call_turns (id bigint generated always as identity, before double precision, since timestamptz,
      tokens double precision, at timestamptz, is_lease boolean);
    create function note_call_turns() returns trigger language plpgsql security definer set search_path = public as $$
    begin
      insert into call_turns (before, since, tokens, at, is_lease)
      values (old.tokens, old.at, new.tokens, new.at, current_query() like '%lease_calls%');
      return null;
    end $$;
    create trigger note_call_turns after update on provider_calls for each row when (old.operation = '')
      execute function note_call_turns();`);
}

/**
 * The instant from which each call might leave, in ms since 1970, in their order: at once while the bucket has something, one
 * after the other by its rate when a payer takes on credit.
 */
export async function turnsOf(owner: pg.ClientBase, perSecond: number): Promise<number[]> {
  const { rate, burst } = bucketOf(perSecond);
  const { rows } = await owner.query(`select before, tokens, extract(epoch from at)::float8 * 1000 as "atMs",
    greatest(0, extract(epoch from at - since))::float8 as seconds from call_turns where is_lease order by id`);
  return rows
    .flatMap(({ before, tokens, atMs, seconds }) => {
      const full = Math.min(burst, before + seconds * rate);
      const granted = Math.round(full - tokens);
      return Array.from(
        { length: granted },
        (_, nth) => atMs + (Math.max(0, -(full - nth - 1)) / rate) * 1_000,
      );
    })
    .sort((a, b) => a - b);
}

/** The most of these that lie within any one second. */
export function mostInASecond(instantsMs: readonly number[]): number {
  let first = 0;
  return instantsMs.reduce((most, atMs, nth) => {
    while ((instantsMs[first] as number) <= atMs - 1_000) first++;
    return Math.max(most, nth - first + 1);
  }, 0);
}
