// A database whose clock stands still until a test moves it: windows have edges of a millisecond, and real time would blur them.
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { ownerOf } from '../support/database';

export interface StillClock {
  /** Moves it, forward or back. */
  set(at: Date): Promise<void>;
  end(): Promise<void>;
}

/** Stops the clock of a database. What asks for the instant gets this one, before and after it locks. */
export async function stopClock(url: string, at: Date): Promise<StillClock> {
  const owner = new pg.Client(ownerOf(url));
  await owner.connect();
  await owner.query(`
    create table public.still_clock (at timestamptz not null);
    grant select on public.still_clock to public;
    create or replace function ${CODE.schema}.take_instant() returns timestamptz language plpgsql volatile as $$
    begin
      return set_config('credits_gateway.instant', (select at::text from public.still_clock), true)::timestamptz;
    end $$;
    create or replace function ${CODE.schema}.take_instant(p_offset_ms bigint) returns timestamptz language sql volatile as $$
      select ${CODE.schema}.take_instant()
    $$;
    create or replace function public.instant() returns timestamptz language sql volatile as $$
      select coalesce(nullif(current_setting('credits_gateway.instant', true), '')::timestamptz,
        (select at from public.still_clock))
    $$`);
  await owner.query('insert into public.still_clock values ($1)', [at]);
  return {
    set: async (instant) => void (await owner.query('update public.still_clock set at = $1', [instant])),
    end: () => owner.end(),
  };
}
