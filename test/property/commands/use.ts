import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { settleHold } from '../../../src/credits/settle-hold';
import { spendCredits } from '../../../src/credits/spend';
import { as, codeOf, named, service } from '../../credits/stand';
import type { LedgerModel } from '../ledger-model';
import { holdOf, mostly, Step, type World } from '../world';

/** What a unit costs, in millionths of a credit: no whole credit for many of them. */
const MICRO_PER_UNIT = 370_001;

/** An operation of that price, since before anything that a history ages. */
export const PRICED = `
  set local session_replication_role = replica;
  insert into operations (code, name, unit, active, created_by, created_at, updated_at)
  values ('work', 'Work', 'unit', true, 'adm_1', now(), now());
  insert into rates (operation, version, effective_from, flat_micro, micro_per_unit, per_units, minimum_micro, created_by,
    created_at) values ('work', 1, now() - interval '10 years', 0, ${MICRO_PER_UNIT}, 1, 0, 'adm_1', now())`;

const usage = (quantity: number) => [{ operation: 'work', quantity: BigInt(quantity) }];

class Use extends Step {
  constructor(
    private readonly user: number,
    private readonly quantity: number,
    private readonly repeated: boolean,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    const idempotencyKey = randomUUID();
    let journalId = '';
    const ask = () =>
      codeOf(
        spendCredits(stand.deps, as(user.name), {
          ...{ ...named(user.name), usage: usage(this.quantity), reason: 'Work', idempotencyKey },
        }).then((answer) => {
          journalId = answer.journalId;
        }),
      );
    const code = await ask();
    expect(code).toBe(user.use(this.quantity * MICRO_PER_UNIT, () => journalId));
    if (this.repeated) expect(await ask()).toBe(code);
  }

  toString = () => `use(${this.user}, ${this.quantity} units${this.repeated ? ', twice under one key' : ''})`;
}

class SettleUsed extends Step {
  constructor(
    private readonly user: number,
    private readonly nth: number,
    private readonly isOpen: boolean,
    private readonly quantity: number,
  ) {
    super();
  }

  async act(model: LedgerModel, { stand }: World): Promise<void> {
    const user = model.user(this.user);
    const hold = holdOf(user, this.nth, this.isOpen);
    if (!hold) return;
    let journalId = '';
    const settled = settleHold(stand.deps, service, {
      ...{ id: hold.id, usage: usage(this.quantity), idempotencyKey: randomUUID() },
    }).then((answer) => {
      journalId = answer.journalId ?? '';
    });
    const code = await codeOf(settled);
    expect(code).toBe(user.settleUsed(hold, this.quantity * MICRO_PER_UNIT, true, () => journalId));
  }

  toString = () =>
    `settleUsed(${this.user}, ${this.isOpen ? 'open ' : ''}hold ${this.nth} from the last, ${this.quantity} units)`;
}

const quantities = fc.oneof(fc.nat(3), fc.nat(120));

export const uses = fc
  .tuple(fc.nat(2), quantities, fc.boolean())
  .map(([user, quantity, repeated]) => new Use(user, quantity, repeated));

export const settlementsByUsage = fc
  .tuple(fc.nat(2), fc.nat(4), mostly, quantities)
  .map(([user, nth, isOpen, quantity]) => new SettleUsed(user, nth, isOpen, quantity));
