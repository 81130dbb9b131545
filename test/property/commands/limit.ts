import fc from 'fast-check';
import { setSpendLimit } from '../../../src/credits/set-spend-limit';
import { named, service } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import type { Member } from '../limit-model';
import { Step, type World } from '../world';

/** Limits what a member spends in all, or everybody. Days and months are tried with a clock that moves. */
class Limit extends Step {
  constructor(
    private readonly user: number,
    private readonly member: Member,
    private readonly credits: number | null,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    const { member: memberId } = this;
    const credits = this.credits === null ? null : BigInt(this.credits);
    await setSpendLimit(stand.deps, service, { ...named(user.name), memberId, per: 'total', credits });
    user.workDue();
    user.limits.set(memberId, this.credits);
  }

  toString = () => `limit(${this.user}, ${this.member ?? 'everybody'}, ${this.credits ?? 'none'})`;
}

/** Mostly nobody: then it is the user who spends. */
export const members: fc.Arbitrary<Member> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom('mel', 'max') },
);

export const limits = fc
  .tuple(
    fc.nat(2),
    fc.constantFrom(null, 'mel', 'max'),
    fc.option(fc.integer({ min: 0, max: 400 }), { freq: 2 }),
  )
  .map(([user, member, credits]) => new Limit(user, member, credits));
