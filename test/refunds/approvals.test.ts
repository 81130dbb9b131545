// Refunds that one person may not make alone: more than INR 30.00 here.
import { adjustWithApproval } from '../../src/refunds/adjust-approval';
import { decideApproval, recoverApprovals } from '../../src/refunds/decide-approval';
import { eventually } from '../support/eventually';
import { type Bought, finance, secondPerson, useRefundStand } from './stand';

const stand = useRefundStand({
  REFUND_APPROVAL_ABOVE: 'INR:3000',
  // Several payers are refunded here by one person.
  REFUND_APPROVAL_TOTAL_ABOVE: 'INR:1000000',
  ADJUST_APPROVAL_ABOVE: '100',
});
const decide = (id: string, approve = true, caller = secondPerson) =>
  decideApproval(stand.app.deps, caller, { id, approve, note: 'seen' });
const problem = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (error) => error,
  );

async function asked(paid: Bought, key: string): Promise<string> {
  const error = await problem(paid.refund(5000, key));
  expect(error).toMatchObject({ code: 'APPROVAL_REQUIRED' });
  return /apr_\w+/.exec(error.message)?.[0] ?? '';
}
const approval = async (id: string) =>
  (await stand.rows('select * from approvals where id = $1', [id]))[0] as Record<string, any>;

it('up to the limit one person is enough', async () => {
  const paid = await stand.bought();
  expect((await paid.refund(3000)).refund.status).toBe('succeeded');
});

it('above it nothing happens before a second person agrees; then it is done in the name of both', async () => {
  const paid = await stand.bought();
  const id = await asked(paid, 'large-1');
  expect(await asked(paid, 'large-1')).toBe(id);
  expect(await paid.refunds()).toEqual([]);
  expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 0, owed: 0 });
  expect(await problem(decide(id, true, finance))).toMatchObject({ code: 'INVALID_INPUT' });

  expect(await decide(id)).toMatchObject({ status: 'done', requestedBy: 'fin_1', decidedBy: 'fin_2' });

  expect(await paid.refunds()).toMatchObject([{ status: 'succeeded', amount: 5000, credits_revoked: 50 }]);
  expect(
    await stand.rows('select requested_by, approved_by from refunds where intent_id = $1', [paid.id]),
  ).toEqual([{ requested_by: 'fin_1', approved_by: 'fin_2' }]);
  expect(await problem(decide(id))).toMatchObject({ code: 'ALREADY_DECIDED' });
  // Whoever asked and asks again with the key finds what became of it.
  expect((await paid.refund(5000, 'large-1')).refund.status).toBe('succeeded');
});

it('one that was rejected is never done', async () => {
  const paid = await stand.bought();
  const id = await asked(paid, 'large-2');
  expect(await decide(id, false)).toMatchObject({ status: 'rejected', note: 'seen' });
  expect(await problem(decide(id))).toMatchObject({ code: 'ALREADY_DECIDED' });
  expect(await paid.refunds()).toEqual([]);
});

it('one that nobody decided within a week has expired', async () => {
  const paid = await stand.bought();
  const id = await asked(paid, 'large-3');
  const { created_at, expires_at } = await approval(id);
  expect(expires_at - created_at).toBeGreaterThan(7 * 86_400_000 - 1000);
  await stand.rows('update approvals set expires_at = now() where id = $1', [id]);
  expect(await problem(decide(id))).toMatchObject({ code: 'INVALID_STATE', current: 'expired' });
  await recoverApprovals(stand.app.deps);
  expect(await approval(id)).toMatchObject({ status: 'expired', decided_by: null });
});

it('is open again when it cannot be done any more, and says why', async () => {
  const paid = await stand.bought();
  const id = await asked(paid, 'large-4');
  await paid.refund(3000);
  expect(await problem(decide(id))).toMatchObject({ code: 'REFUND_EXCEEDS_AMOUNT' });
  expect(await approval(id)).toMatchObject({ status: 'open', decided_by: null });
});

it('a decision that a crash left undone is done by recovery, once', async () => {
  const paid = await stand.bought();
  const id = await asked(paid, 'large-5');
  await stand.rows(
    `update approvals set status = 'approved', decided_by = 'fin_2', note = 'seen', decided_at = now() - interval '1 hour'
     where id = $1`,
    [id],
  );
  await Promise.all([recoverApprovals(stand.app.deps), recoverApprovals(stand.app.deps)]);
  await recoverApprovals(stand.app.deps);
  // The gateway's own loop may have been faster, and is at it still.
  await eventually(
    () => approval(id),
    ({ status }) => status === 'done',
  );
  expect(await paid.refunds()).toHaveLength(1);
});

it('two who agree at the same time do it once', async () => {
  const paid = await stand.bought();
  const id = await asked(paid, 'large-6');
  const third = { id: 'fin_3', role: 'finance' as const };
  await Promise.allSettled([decide(id), decide(id, true, third), decide(id)]);
  expect(await paid.refunds()).toHaveLength(1);
});

it('an adjustment that is too large for one person is made once a second one agrees, once', async () => {
  const paid = await stand.bought();
  const { deps } = stand.app;
  const input = { userId: paid.userId, credits: 200n, reason: 'a gift', idempotencyKey: 'gift-1' };
  const adjust = () => adjustWithApproval(deps, finance, input);
  const error = await problem(adjust());
  expect(error).toMatchObject({ code: 'APPROVAL_REQUIRED' });
  expect(await paid.wallet()).toMatchObject({ balance: 50 });
  const [waiting] = await stand.rows(`select id from approvals where action = 'adjust'`);

  expect(await decide(waiting?.id)).toMatchObject({ status: 'done', credits: 200n });

  expect((await adjust()).wallet.balance).toBe(250n);
  expect(await paid.wallet()).toMatchObject({ balance: 250 });
  expect(await problem(adjustWithApproval(deps, finance, { ...input, credits: 300n }))).toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
  });
});

it('a large adjustment that is asked for many times at one instant waits as one approval, and one key means one input', async () => {
  const paid = await stand.bought();
  const input = { userId: paid.userId, credits: 200n, reason: 'a gift', idempotencyKey: 'gift-at-once' };
  const adjust = (credits: bigint) =>
    problem(adjustWithApproval(stand.app.deps, finance, { ...input, credits }));
  const answers = await Promise.all(Array.from({ length: 8 }, () => adjust(200n)));

  const waiting = await stand.rows(
    `select id from approvals where input ->> 'idempotencyKey' = 'gift-at-once'`,
  );
  expect(waiting).toHaveLength(1);
  for (const { code, message } of answers) {
    expect(code).toBe('APPROVAL_REQUIRED');
    expect(message).toContain(waiting[0]?.id);
  }
  expect(
    await stand.rows(`select id from audit_log where diff ->> 'approvalId' = $1`, [waiting[0]?.id]),
  ).toHaveLength(1);

  const others = await Promise.all([300n, 301n].map((credits) => adjust(credits)));
  expect(others.map(({ code }) => code)).toEqual(['IDEMPOTENCY_CONFLICT', 'IDEMPOTENCY_CONFLICT']);
});
