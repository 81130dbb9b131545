// The gateway beside the model: what a command works on, and whether the two agree.
import type fc from 'fast-check';
import type { CreditStand } from '../credits/stand';
import { brokenIn } from '../support/ledger';
import type { LedgerModel, UserModel } from './ledger-model';

export interface World {
  readonly stand: CreditStand;
}

export type LedgerCommand = fc.AsyncCommand<LedgerModel, World>;

/** One step of a history. */
export abstract class Step implements LedgerCommand {
  check = (): boolean => true;
  /** Does it to both and compares what they answer. */
  abstract act(model: LedgerModel, world: World): Promise<void>;
  abstract toString(): string;

  async run(model: LedgerModel, world: World): Promise<void> {
    model.done.push(this.toString());
    try {
      await this.act(model, world);
      await agree(model, world);
    } catch (error) {
      const last = model.done.slice(-15).join('\n  ');
      throw new Error(
        `after ${model.done.length} steps, the last ones\n  ${last}\n${(error as Error).message}`,
      );
    }
  }
}

/** Everything that the gateway tells of each user is what the model says, and no invariant is broken. */
export async function agree(model: LedgerModel, { stand }: World): Promise<void> {
  for (const user of model.users) {
    user.workDue();
    expect({ user: user.name, ...(await stand.standing(user.name)) }).toEqual({
      user: user.name,
      credits: user.balance,
      held: user.held,
      frozen: user.frozen,
      owed: user.owed,
    });
  }
  const told = await gatewayTells(
    stand,
    model.users.map(({ name }) => name),
  );
  for (const user of model.users) expect(told(user.name)).toEqual(modelTells(user));
  expect(await brokenIn(stand.database.url)).toEqual([]);
}

const modelTells = (user: UserModel) => ({
  lots: user.lots.map(({ granted, remaining, held, frozen, deferred }) => [
    granted,
    remaining,
    held,
    frozen,
    deferred,
  ]),
  holds: [...user.holds]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, status, settled }) => [id, status, settled]),
  books: Object.fromEntries(
    Object.entries(user.books)
      .filter(([, amount]) => amount !== 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
});

async function gatewayTells(stand: CreditStand, names: readonly string[]) {
  const [lots, holds, books] = await Promise.all([
    stand.sql(
      'select user_id, granted, remaining, held, frozen, deferred_minor::int as deferred from lots where user_id = any($1) order by id',
      [names],
    ),
    stand.sql('select user_id, id, status, settled_credits from holds where user_id = any($1) order by id', [
      names,
    ]),
    stand.sql(
      `select j.user_id, e.account, sum(e.amount)::int as amount from journal j join entries e on e.journal_id = j.id
       where j.user_id = any($1) group by 1, 2 having sum(e.amount) <> 0 order by 1, 2`,
      [names],
    ),
  ]);
  const of = (rows: any[], name: string) => rows.filter(({ user_id }) => user_id === name);
  return (name: string): ReturnType<typeof modelTells> => ({
    lots: of(lots, name).map((lot) => [lot.granted, lot.remaining, lot.held, lot.frozen, lot.deferred]),
    holds: of(holds, name).map((hold) => [hold.id, hold.status, hold.settled_credits]),
    books: Object.fromEntries(of(books, name).map(({ account, amount }) => [account, amount])),
  });
}
