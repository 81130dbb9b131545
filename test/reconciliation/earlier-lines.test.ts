// What moves under one key on two days: each run reads its own day and judges what is known of both.
import { readDispute } from '../../src/disputes/read';
import type { Bought } from '../refunds/stand';
import { useBreaks } from './breaks';
import { disputeOf } from './planted-breaks';

const stand = useBreaks();

/** Everything so far was of yesterday, and a run has read it. */
async function aDayPasses() {
  expect((await stand.reconcile('stripe')).result).toMatchObject({ broken: 0 });
  await stand.rows('update simulator.balance_entries set created = created - 86400');
  await stand.rows(`update settlement_entries set created_at = created_at - interval '1 day'`);
  await stand.rows(`update intent_payments set seen_at = seen_at - interval '1 day'`);
  await stand.rows(`update refunds set created_at = created_at - interval '1 day'`);
}
const isClean = async () => {
  expect((await stand.reconcile('stripe')).result).toMatchObject({ broken: 0, differences: {} });
  const { ours, theirs } = await stand.clearing('stripe');
  expect(ours).toEqual(theirs);
};

it('a refund that fails on a later day is no difference of that day', async () => {
  const bought = await stand.bought();
  await bought.refund(1000);
  await aDayPasses();
  await bought.play('refund_fails');
  await bought.look();
  await isClean();
});

it('a dispute that is won on a later day is no difference of that day', async () => {
  const bought: Bought = await stand.bought();
  const { key } = await disputeOf(stand, bought, true);
  await aDayPasses();
  await bought.play('dispute_won');
  const intent = await stand.app.deps.readIntent(bought.id);
  if (intent) await readDispute(stand.app.deps, intent, key, []);
  await isClean();
});

it('what an earlier run has read of the day and this one has not is not there any more', async () => {
  const bought = await stand.bought();
  await bought.refund(1000);
  await stand.reconcile('stripe');
  const [refund] = await stand.rows('select provider_refund_id as id from refunds where intent_id = $1', [
    bought.id,
  ]);
  await stand.rows('delete from simulator.balance_entries where source = $1', [refund?.id]);
  await stand.reconcile('stripe');
  const found = await stand.breakOf('stripe', refund?.id, 'refund', 'missing_at_provider', 'books');
  expect((await stand.resolve(found.id, 'adjust')).errors).toEqual([]);
  await isClean();
});
