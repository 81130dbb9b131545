// A provider signed it, so that it is taken and answered 200, whatever is in it: text that PostgreSQL cannot hold, in each
// place of a body where there is text.
import { type App, startApp } from '../../src/app';
import { readConfig } from '../../src/providers/read-config';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { letter, post } from './letters';

const database = useDatabase();
let app: App;
beforeAll(async () => {
  app = await startApp(
    readConfig({ DATABASE_URL: database.url, PORT: '0', PAYMENTS_MOCK_MODE: 'true' }),
    silent,
  );
});
afterAll(() => app.close());

const STRIPE = [
  {
    ...{ id: 'evt_1', object: 'event', type: 'payment_intent.succeeded', livemode: false },
    data: {
      object: {
        ...{ id: 'pi_1', object: 'payment_intent', payment_intent: 'pi_2', description: 'A text' },
        metadata: { intent_id: 'int_1', other: 'A text' },
      },
    },
  },
  {
    ...{ id: 'evt_2', object: 'event', type: 'refund.updated', livemode: false },
    data: { object: { id: 're_1', object: 'refund', charge: 'ch_1', payment_intent: 'pi_3' } },
  },
  {
    ...{ id: 'evt_3', object: 'event', type: 'charge.dispute.created', livemode: false },
    data: { object: { id: 'dp_1', object: 'dispute', charge: 'ch_2', payment_intent: { id: 'pi_4' } } },
  },
];
const RAZORPAY = [
  {
    ...{ entity: 'event', account_id: 'acc_1', event: 'payment.captured', contains: ['payment'] },
    payload: {
      payment: {
        entity: { id: 'pay_1', entity: 'payment', order_id: 'order_1', notes: { intent_id: 'int_1' } },
      },
      order: { entity: { id: 'order_1', receipt: 'int_1', notes: { intent_id: 'int_1' } } },
    },
  },
  {
    ...{ entity: 'event', event: 'refund.processed' },
    payload: {
      refund: { entity: { id: 'rfnd_1', payment_id: 'pay_2' } },
      payment: { entity: { id: 'pay_2', order_id: 'order_2' } },
    },
  },
  {
    ...{ entity: 'event', event: 'payment.dispute.created' },
    payload: {
      dispute: { entity: { id: 'disp_1', payment_id: 'pay_3' } },
      payment: { entity: { id: 'pay_3', order_id: 'order_3' } },
    },
  },
];

/** The same body with the text in each place of it in turn, values and names. */
function spoiled(value: unknown, put: (spoilt: unknown) => unknown, text: string): unknown[] {
  if (typeof value === 'string') return [put(text), put(`${value}${text}`)];
  if (typeof value !== 'object' || value === null) return [];
  const names = Array.isArray(value) ? [] : [put({ ...value, [text]: text })];
  return names.concat(
    Object.entries(value).flatMap(([name, inner]) =>
      spoiled(
        inner,
        (spoilt) =>
          put(Array.isArray(value) ? value.with(Number(name), spoilt) : { ...value, [name]: spoilt }),
        text,
      ),
    ),
  );
}

it.each([
  ['stripe', STRIPE],
  ['razorpay', RAZORPAY],
] as const)(
  '%s signs text that cannot be kept: it is stored, answered 200, and waits',
  async (provider, bodies) => {
    const sent = ['\u0000', 'a\u0000b', '\ud800'].flatMap((text) =>
      bodies.flatMap((body) => spoiled(body, (it) => it, text)).map((body) => JSON.stringify(body)),
    );
    expect(sent.length).toBeGreaterThan(60);
    const statuses = await Promise.all(
      sent.map(async (body) => (await post(app.url, letter(provider, body))).status),
    );
    expect(statuses.filter((status) => status !== 200)).toEqual([]);

    const settled = async () => {
      const { rows } = await database
        .pool()
        .query('select status, last_error from webhook_events where provider = $1', [provider]);
      return rows;
    };
    for (let looks = 0; looks < 100; looks++) {
      if ((await settled()).every(({ status }) => status !== 'received' && status !== 'processing')) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const rows = await settled();
    expect(rows).toHaveLength(new Set(sent).size);
    // None of them is about anything that is here.
    expect(rows.filter(({ status }) => status !== 'parked')).toEqual([]);
  },
);
