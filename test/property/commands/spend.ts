import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { codeOf } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import type { Member } from '../limit-model';
import { amounts, Step, type World } from '../world';
import { members } from './limit';

class Spend extends Step {
  constructor(
    private readonly user: number,
    /** Null: all that is there, so that what goes back later is missing. */
    private readonly credits: number | null,
    private readonly repeated: boolean,
    private readonly member: Member,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    user.workDue();
    const credits = this.credits ?? user.available;
    if (credits === 0) return;
    const key = randomUUID();
    let journalId = '';
    const ask = () => stand.spend(user.name, credits, key, this.member);
    const spent = ask().then((answer) => {
      journalId = answer.journalId;
    });
    const code = await codeOf(spent);
    expect(code).toBe(user.spend(credits, this.member, () => journalId));
    if (this.repeated) expect(await codeOf(ask())).toBe(code);
  }

  toString = () =>
    `spend(${this.user}, ${this.credits ?? 'everything'}${this.member ? `, by ${this.member}` : ''}${this.repeated ? ', twice under one key' : ''})`;
}

export const spends = fc
  .tuple(fc.nat(2), fc.option(amounts, { freq: 9 }), fc.boolean(), members)
  .map(([user, credits, repeated, member]) => new Spend(user, credits, repeated, member));
