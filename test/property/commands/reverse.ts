import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { codeOf } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import { amounts, fromLast, Step, type World } from '../world';

class Reverse extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    /** Null: all that is left of the spend. */
    private readonly credits: number | null,
    private readonly repeated: boolean,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    const spend = fromLast(user.spends, this.nth);
    if (!spend) return;
    const key = randomUUID();
    const ask = () => codeOf(stand.reverse(spend.journalId, { credits: this.credits, key }));
    const code = await ask();
    expect(code).toBe(user.reverse(spend, this.credits));
    if (this.repeated) expect(await ask()).toBe(code);
  }

  toString = () =>
    `reverse(${this.user}, spend ${this.nth} from the last, ${this.credits ?? 'all that is left'}${this.repeated ? ', twice under one key' : ''})`;
}

export const reversals = fc
  .tuple(fc.nat(2), fc.nat(5), fc.option(amounts), fc.boolean())
  .map(([user, nth, credits, repeated]) => new Reverse(user, nth, credits, repeated));
