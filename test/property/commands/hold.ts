import fc from 'fast-check';
import { as, codeOf, service } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import type { Member } from '../limit-model';
import { amounts, Step, type World } from '../world';
import { members } from './limit';

class Hold extends Step {
  constructor(
    private readonly user: number,
    private readonly credits: number,
    private readonly ttlSeconds: number,
    private readonly byService: boolean,
    private readonly member: Member,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    const memberId = this.byService ? this.member : null;
    const caller = this.byService ? service : as(user.name);
    let id = '';
    const held = stand.hold(user.name, this.credits, {
      ttlSeconds: this.ttlSeconds,
      caller,
      memberId,
    });
    const code = await codeOf(
      held.then(({ hold }) => {
        id = hold.id;
      }),
    );
    expect(code).toBe(user.hold(this.credits, this.ttlSeconds, this.byService, memberId, () => id));
  }

  toString = () =>
    `hold(${this.user}, ${this.credits}, ${this.ttlSeconds} s${this.byService ? `, by a back end${this.member ? ` for ${this.member}` : ''}` : ''})`;
}

// Time passes in steps of 10,000 s: no hold ends near the end of one, where the real clock would decide.
export const holds = fc
  .tuple(fc.nat(2), amounts, fc.integer({ min: 0, max: 8 }), fc.boolean(), members)
  .map(
    ([user, credits, steps, byService, member]) =>
      new Hold(user, credits, steps * 10_000 + 5_000, byService, member),
  );
