import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { LedgerModel } from '../ledger-model';
import { fromLast, Step, type World } from '../world';

class Promote extends Step {
  constructor(
    private readonly user: number,
    private readonly credits: number,
    private readonly ttlSeconds: number | null,
    private readonly repeated: boolean,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    const more = {
      key: randomUUID(),
      expiresAt: this.ttlSeconds === null ? null : new Date(Date.now() + this.ttlSeconds * 1000),
    };
    const given = await stand.promote(user.name, this.credits, more);
    expect(given.outcome).toBe('granted');
    user.promote(this.credits, this.ttlSeconds, given.grantId as string);
    if (this.repeated)
      expect(await stand.promote(user.name, this.credits, more)).toEqual({ ...given, outcome: 'replayed' });
  }

  toString = () =>
    `promote(${this.user}, ${this.credits}, ${this.ttlSeconds ?? 'no'} s${this.repeated ? ', twice under one key' : ''})`;
}

class Revoke extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    const grant = fromLast(user.grants, this.nth);
    if (!grant) return;
    const { replayed } = await stand.revoke(grant.id);
    expect(replayed).toBe(grant.isRevoked);
    user.revoke(grant);
  }

  toString = () => `revoke(${this.user}, grant ${this.nth} from the last)`;
}

// An hour and more away from the whole days of purchases, from adjustments and from the steps of time.
export const promotions = fc
  .tuple(fc.nat(2), fc.integer({ min: 1, max: 60 }), fc.option(fc.integer({ min: 1, max: 25 })), fc.boolean())
  .map(
    ([user, credits, steps, repeated]) =>
      new Promote(user, credits, steps === null ? null : steps * 10_000 + 7_000, repeated),
  );

export const revocations = fc.tuple(fc.nat(2), fc.nat(3)).map(([user, nth]) => new Revoke(user, nth));
