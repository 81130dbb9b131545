import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { spendMany } from '../../../src/credits/spend-many';
import { named, service } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import { Step, type World } from '../world';

interface Item {
  readonly user: number;
  readonly credits: number;
}

/** A meter sends what it gathered: several spends of several users in one call, maybe twice. */
class SpendMany extends Step {
  constructor(
    private readonly items: readonly Item[],
    private readonly repeated: boolean,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const items = this.items.map(({ user, credits }) => ({
      ...{ ...named(model.user(user).name), credits: BigInt(credits) },
      ...{ reason: 'Metered', key: randomUUID() },
    }));
    const ask = () => spendMany(stand.deps, service, { items });
    const results = await ask();
    expect(results.map(({ key }) => key)).toEqual(items.map(({ key }) => key));
    const outcomes = this.items.map(({ user, credits }, nth) => {
      const result = results[nth];
      return model.user(user).spend(credits, null, () => result?.journalId ?? '');
    });
    expect(results.map(said)).toEqual(outcomes);
    if (!this.repeated) return;
    const again = await ask();
    expect(again.map(said)).toEqual(outcomes);
    expect(again.map(({ journalId }) => journalId)).toEqual(results.map(({ journalId }) => journalId));
  }

  toString = () =>
    `spendMany(${this.items.map(({ user, credits }) => `${user}: ${credits}`).join(', ')}${this.repeated ? '; twice under the same keys' : ''})`;
}

const said = (result: Awaited<ReturnType<typeof spendMany>>[number]) =>
  result.outcome === 'refused' ? result.problem.code : 'none';

export const manySpends = fc
  .tuple(
    fc.array(fc.record({ user: fc.nat(2), credits: fc.integer({ min: 1, max: 20 }) }), {
      minLength: 1,
      maxLength: 12,
    }),
    fc.boolean(),
  )
  .map(([items, repeated]) => new SpendMany(items, repeated));
