// What a round wrote, against what it was answered.
import type pg from 'pg';

/** Postings since a mark, by kind. */
export type Postings = Readonly<Record<string, number>>;

const LAST = `select coalesce(max(id), 0)::text as journal from journal`;
const SINCE = `select kind, count(*)::integer as count from journal where id > $1 group by kind`;
// A posting balances in each unit; a wallet is what is left of its lots.
const BROKEN = `
  select 'posting ' || journal_id as subject from (
    select journal_id from entries where journal_id > $1 group by journal_id, unit having sum(amount) <> 0) e
  union all
  select 'wallet ' || w.user_id from wallets w
  left join (select user_id, sum(remaining) as remaining, sum(held) as held from lots where not used_up group by user_id) l
    on l.user_id = w.user_id
  where (w.balance, w.held) <> (coalesce(l.remaining, 0), coalesce(l.held, 0))
  limit 1`;

/** The books of one database between two rounds. */
export class Books {
  private mark = '0';

  constructor(private readonly owner: pg.Client) {}

  async note(): Promise<void> {
    const { rows } = await this.owner.query(LAST);
    this.mark = rows[0].journal;
  }

  /** @param wanted how many postings of which kinds the answers speak of. @returns what is not so; null: all is */
  async verify(wanted: Postings): Promise<string | null> {
    const [{ rows: kinds }, { rows: broken }] = [
      await this.owner.query(SINCE, [this.mark]),
      await this.owner.query(BROKEN, [this.mark]),
    ];
    if (broken[0]) return `the books do not balance: ${broken[0].subject}`;
    const found: Postings = Object.fromEntries(kinds.map(({ kind, count }) => [kind, count]));
    for (const [kind, count] of Object.entries(wanted))
      if ((found[kind] ?? 0) !== count)
        return `${found[kind] ?? 0} postings ${kind} of ${count} that were answered`;
    return null;
  }
}

/** How many rows a table has; for what is only ever added to. */
export async function rowsOf(owner: pg.Client, table: string): Promise<number> {
  const { rows } = await owner.query(`select count(*)::integer as count from ${table}`);
  return rows[0].count;
}

/** A side's `before` and `verify` where each operation adds one row to a table. */
export function addsRows(owner: pg.Client, table: string) {
  let was = 0;
  return {
    before: async () => {
      was = await rowsOf(owner, table);
    },
    verify: async ({ operations }: { operations: number }) => {
      const added = (await rowsOf(owner, table)) - was;
      return added === operations ? null : `${added} rows of ${table} for ${operations} operations`;
    },
  };
}
