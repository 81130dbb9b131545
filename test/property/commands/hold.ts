import fc from 'fast-check';
import { as, codeOf, service } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import { amounts, Step, type World } from '../world';

class Hold extends Step {
  constructor(
    private readonly user: number,
    private readonly credits: number,
    private readonly ttlSeconds: number,
    private readonly byService: boolean,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    const caller = this.byService ? service : as(user.name);
    let id = '';
    const held = stand.hold(user.name, this.credits, { ttlSeconds: this.ttlSeconds, caller });
    const code = await codeOf(
      held.then(({ hold }) => {
        id = hold.id;
      }),
    );
    expect(code).toBe(user.hold(this.credits, this.ttlSeconds, this.byService, () => id));
  }

  toString = () =>
    `hold(${this.user}, ${this.credits}, ${this.ttlSeconds} s${this.byService ? ', by a back end' : ''})`;
}

// Time passes in steps of 10,000 s: no hold ends near the end of one, where the real clock would decide.
export const holds = fc
  .tuple(fc.nat(2), amounts, fc.integer({ min: 0, max: 8 }), fc.boolean())
  .map(([user, credits, steps, byService]) => new Hold(user, credits, steps * 10_000 + 5_000, byService));
