// Breaks whose posting moves more than one person may move alone: more than INR 30.00 here.
import { resolveBreak } from '../../src/reconciliation/resolve';
import { decideApproval, recoverApprovals } from '../../src/refunds/decide-approval';
import { finance, secondPerson, useRefundStand } from '../refunds/stand';

const stand = useRefundStand({
  REFUND_APPROVAL_ABOVE: 'INR:3000',
  REFUND_APPROVAL_TOTAL_ABOVE: 'INR:1000000',
});
let planted = 0;

/** Money at the provider that nobody here knows of. */
async function broken(theirs: number, currency = 'INR') {
  const key = `ch_foreign_${++planted}`;
  const [row] = await stand.rows(
    `insert into breaks (subject, kind, provider, provider_entry_id, theirs_minor, theirs_currency)
     values ('payment', 'unknown_payment', 'stripe', $1, $2, $3) returning 'brk_' || id as id`,
    [key, theirs, currency],
  );
  return { key, id: row!.id as string };
}
const resolve = (id: string, caller = finance, note = 'Seen at the bank.') =>
  resolveBreak(stand.app.deps, caller, { id, fix: 'adjust', note });
const decide = (id: string, approve = true, caller = secondPerson) =>
  decideApproval(stand.app.deps, caller, { id, approve, note: 'seen' });
const problem = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (error) => error,
  );
const asked = async (id: string, caller = finance) => {
  const error = await problem(resolve(id, caller));
  expect(error).toMatchObject({ code: 'APPROVAL_REQUIRED' });
  return /apr_\w+/.exec(error.message)?.[0] ?? '';
};
const approval = async (id: string) => (await stand.rows('select * from approvals where id = $1', [id]))[0];
const statusOf = async (id: string) =>
  (await stand.rows(`select status, fix, note, resolved_by from breaks where 'brk_' || id = $1`, [id]))[0];
const posted = () =>
  stand.rows(
    `select j.actor, j.approved_by, e.account, e.amount::int as amount from journal j join entries e on e.journal_id = j.id
     where j.kind = 'correction' order by j.id, e.line`,
  );
const postings = async () => (await posted()).length;

it('up to the limit one person is enough, also below zero', async () => {
  for (const theirs of [3000, -3000])
    expect(await resolve((await broken(theirs)).id)).toMatchObject({ status: 'resolved' });
});

it('above it nothing is posted before a second person agrees; then it is done in the name of both', async () => {
  const { id } = await broken(3001);
  const before = await postings();
  const waiting = await asked(id);
  expect(await approval(waiting)).toMatchObject({
    action: 'resolve_break',
    summary: expect.stringContaining(`Settling ${id} by adjust`),
    amount_minor: '3001',
    currency: 'INR',
    requested_by: 'fin_1',
    status: 'open',
  });
  expect([await statusOf(id), await postings()]).toMatchObject([{ status: 'open', fix: null }, before]);
  expect(await problem(decide(waiting, true, finance))).toMatchObject({ code: 'INVALID_INPUT' });

  expect(await decide(waiting)).toMatchObject({ status: 'done', requestedBy: 'fin_1', decidedBy: 'fin_2' });

  expect(await statusOf(id)).toEqual({
    status: 'resolved',
    fix: 'adjust',
    note: 'Seen at the bank.',
    resolved_by: 'fin_1',
  });
  expect((await posted()).slice(before)).toEqual([
    { actor: 'fin_1', approved_by: 'fin_2', account: 'clearing_stripe', amount: -3001 },
    { actor: 'fin_1', approved_by: 'fin_2', account: 'adjustments', amount: 3001 },
  ]);
  expect(await problem(resolve(id))).toMatchObject({ code: 'INVALID_STATE' });
});

it('what is below zero is as large as what is above it', async () => {
  await asked((await broken(-3001)).id);
});

it('of one break one approval waits, whoever asks and however often', async () => {
  const { id } = await broken(9000);
  const answers = await Promise.all([asked(id), asked(id, secondPerson), asked(id), asked(id)]);
  expect(new Set(answers).size).toBe(1);
  expect(
    await stand.rows(`select id from approvals where action = 'resolve_break' and input ->> 'id' = $1`, [id]),
  ).toHaveLength(1);
});

it('one that was rejected is never done, and may be asked for again', async () => {
  const { id } = await broken(9000);
  const first = await asked(id);
  expect(await decide(first, false)).toMatchObject({ status: 'rejected' });
  expect(await statusOf(id)).toMatchObject({ status: 'open' });
  expect(await asked(id)).not.toBe(first);
});

it('who agrees agrees to an amount: when it has changed, it is shown and decided again', async () => {
  const before = await postings();
  const { id } = await broken(4000);
  const waiting = await asked(id);
  await stand.rows(`update breaks set theirs_minor = 90000 where 'brk_' || id = $1`, [id]);

  expect(await problem(decide(waiting))).toMatchObject({ code: 'INVALID_STATE', current: 'changed' });
  expect([await approval(waiting), await postings()]).toMatchObject([
    { status: 'open', amount_minor: '90000' },
    before,
  ]);

  expect(await decide(waiting)).toMatchObject({ status: 'done' });
  expect((await posted()).slice(before).map(({ amount }) => amount)).toEqual([-90000, 90000]);
});

it('a limit is one of its own currency', async () => {
  expect(await resolve((await broken(9000, 'USD')).id)).toMatchObject({ status: 'resolved' });
});

it('a fix that posts nothing waits for nobody', async () => {
  const { id } = await broken(9000);
  await stand.rows(`update breaks set kind = 'unapplied' where 'brk_' || id = $1`, [id]);
  const ignored = { id, fix: 'ignore', note: 'Known.' } as const;
  expect(await resolveBreak(stand.app.deps, finance, ignored)).toMatchObject({ status: 'ignored' });
});

it('what was agreed to and not done, or done and not said, before a crash is done once', async () => {
  const before = await postings();
  const { id } = await broken(5000);
  const waiting = await asked(id);
  const left = () =>
    stand.rows(
      `update approvals set status = 'approved', decided_by = 'fin_2', note = 'seen',
         decided_at = now() - interval '1 hour' where id = $1`,
      [waiting],
    );
  for (let crash = 0; crash < 2; crash++) {
    await left();
    await recoverApprovals(stand.app.deps);
    expect(await approval(waiting)).toMatchObject({ status: 'done' });
  }
  expect(await statusOf(id)).toMatchObject({ status: 'resolved', resolved_by: 'fin_1' });
  expect(await postings()).toBe(before + 2);
});

it('money that bought nothing goes back above the limit only when a second person agrees', async () => {
  const bought = await stand.opened();
  await bought.play('amount_mismatch');
  await bought.look();
  const [row] = await stand.rows(
    `select 'brk_' || id as id, provider_entry_id from breaks where intent_id = $1 and kind = 'amount_mismatch' and status = 'open'`,
    [bought.id],
  );
  const id = String(row?.id);
  const sendBack = (caller = finance) =>
    resolveBreak(stand.app.deps, caller, { id, fix: 'refund_at_provider', note: 'Paid twice.' });
  const required = await problem(sendBack());
  expect(required).toMatchObject({ code: 'APPROVAL_REQUIRED' });
  const waiting = /apr_\w+/.exec(required.message)?.[0] ?? '';
  expect(await approval(waiting)).toMatchObject({
    action: 'resolve_break',
    amount_minor: '4999',
    currency: 'INR',
    requested_by: 'fin_1',
    status: 'open',
  });
  expect(await bought.refunds()).toEqual([]);
  // Who asks again waits for the same decision.
  expect((await problem(sendBack())).message).toContain(waiting);

  expect(await decide(waiting)).toMatchObject({ status: 'done' });
  expect(await bought.refunds()).toMatchObject([{ status: 'succeeded', amount: 4999 }]);
  expect(
    await stand.rows('select requested_by, approved_by from refunds where intent_id = $1', [bought.id]),
  ).toEqual([{ requested_by: 'fin_1', approved_by: 'fin_2' }]);
  expect(await statusOf(id)).toMatchObject({ status: 'resolved', fix: 'refund_at_provider' });
});
