// What the status of a purchase does not say: that its money came late, or is here and bought nothing.
import type { Client } from '../support/client';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let gateway: GatewayProcess;
let support: Client;
const made: Record<string, string> = {};

const SHOWN = 'id status late unapplied { amountMinor currency }';
const found = async (filter: string): Promise<string[]> => {
  const { data } = await support.query(`{ intents(first: 100, filter: { ${filter} }) { nodes { id } } }`);
  return data.intents.nodes.map(({ id }: { id: string }) => id).sort();
};
const shown = async (name: string) =>
  (await support.query(`query ($id: ID!) { intent(id: $id) { ${SHOWN} } }`, { id: made[name] })).data.intent;

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url, UNAPPLIED_REFUND: 'manual' });
  support = await gateway.as('sue', 'support');
  const buy = async (name: string, ...outcomes: string[]) => {
    const payer = await gateway.as(name);
    const input = { packageId: 'medium', provider: 'stripe', idempotencyKey: name };
    const { intent } = await payer.mutate('createIntent', input, 'intent { id }');
    made[name] = intent.id;
    for (const outcome of outcomes)
      await payer.mutate('simulatePayment', { id: intent.id, outcome, delayMs: 0 }, 'intent { status }');
  };
  await buy('in_time', 'succeed');
  await buy('failed', 'decline');
  await buy('late', 'late_success');
  await buy('mismatch', 'amount_mismatch');
  await eventually(async () => expect(await shown('late')).toMatchObject({ status: 'succeeded' }));
  await eventually(async () => expect((await shown('mismatch')).unapplied).toHaveLength(1));
});
afterAll(stopGateways);

it('a purchase says that its money came after it had failed, and how much of it bought nothing', async () => {
  expect(await shown('in_time')).toMatchObject({ status: 'succeeded', late: false, unapplied: [] });
  expect(await shown('failed')).toMatchObject({ late: false, unapplied: [] });
  expect(await shown('late')).toMatchObject({ status: 'succeeded', late: true, unapplied: [] });
  expect(await shown('mismatch')).toMatchObject({ late: false, unapplied: [{ currency: 'INR' }] });
});

it('a list has those alone that are late or unapplied, or those that are not', async () => {
  const ids = (...names: string[]) => names.map((name) => made[name]).sort();
  expect(await found('late: true')).toEqual(ids('late'));
  expect(await found('late: false')).toEqual(ids('in_time', 'failed', 'mismatch'));
  expect(await found('unapplied: true')).toEqual(ids('mismatch'));
  expect(await found('unapplied: false')).toEqual(ids('in_time', 'failed', 'late'));
  expect(await found('late: true, unapplied: true')).toEqual([]);
});

it('money that went back is unapplied no more', async () => {
  const finance = await gateway.as('finn', 'finance');
  const { data } = await finance.query(
    '{ admin { breaks(filter: { kind: [amount_mismatch] }) { nodes { id } } } }',
  );
  const fix = { id: data.admin.breaks.nodes[0].id, fix: 'refund_at_provider', note: 'Not the price' };
  expect((await finance.mutate('resolveBreak', fix, 'break { id }')).errors).toEqual([]);
  expect((await shown('mismatch')).unapplied).toEqual([]);
  expect(await found('unapplied: true')).toEqual([]);
});
