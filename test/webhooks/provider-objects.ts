// Puts objects into the simulated providers as they would stand when an event tells of them, and intents of ours that own
// them. The shapes are the published ones.
import type pg from 'pg';
import type { ProviderName } from '../../src/providers/provider';
import { claimIntents } from '../support/intents';
import { fixtureText } from './letters';

type Body = Record<string, any>;

interface SimulatedObject {
  readonly kind: string;
  readonly body: Body;
}

/** A family at the provider: the root first. */
export interface Family {
  readonly provider: ProviderName;
  readonly objects: readonly [SimulatedObject, ...SimulatedObject[]];
}

/** The family that a published event is about, in the state that it tells; null when it is about no payment. */
export function familyOf(provider: ProviderName, text: string, mark: string): Family | null {
  const event = JSON.parse(text) as Body;
  return provider === 'stripe' ? stripeFamily(event.data.object, mark) : razorpayFamily(event.payload);
}

function stripeFamily(object: Body, mark: string): Family | null {
  const published = (name: string) => JSON.parse(fixtureText('stripe', name, mark)).data.object as Body;
  if (object.object === 'payment_intent') {
    const charges = object.latest_charge ? [chargeOf(object, published('charge.succeeded.json'))] : [];
    return family(
      'stripe',
      ['payment_intent', object],
      ...charges.map((charge) => ['charge', charge] as const),
    );
  }
  if (object.object !== 'charge') return null;
  const refund = { ...published('refund.created.json'), amount: object.amount_refunded, charge: object.id };
  return family(
    'stripe',
    ['payment_intent', published('payment_intent.succeeded.json')],
    ['charge', object],
    ...(object.amount_refunded > 0 ? [['refund', refund] as const] : []),
  );
}

/** The paid family whose refund or dispute a published event tells of, with that object as it stands; null for others. */
export function moneyBackFamilyOf(provider: ProviderName, text: string, mark: string): Family | null {
  const event = JSON.parse(text) as Body;
  if (provider === 'stripe') {
    const { object } = event.data;
    if (!['refund', 'dispute'].includes(object.object)) return null;
    const published = (name: string) => JSON.parse(fixtureText('stripe', name, mark)).data.object as Body;
    const isOut = object.object === 'refund' && object.status !== 'failed';
    const charge = { ...published('charge.succeeded.json'), amount_refunded: isOut ? object.amount : 0 };
    return family(
      'stripe',
      ['payment_intent', published('payment_intent.succeeded.json')],
      ['charge', charge],
      [object.object, object],
    );
  }
  const { payment, refund, dispute } = event.payload;
  const about = refund?.entity ?? dispute?.entity;
  if (!about) return null;
  const isOut = refund?.entity.status === 'processed';
  // Some samples name no order, or another payment than the refund does; the API knows both.
  const paid = {
    ...payment.entity,
    id: about.payment_id,
    order_id: payment.entity.order_id ?? `order_mock_of_${mark}`,
    status: 'captured',
    amount_refunded: isOut ? about.amount : 0,
  };
  const order = razorpayFamily({ payment: { entity: paid } })?.objects[0].body as Body;
  return family('razorpay', ['order', order], ['payment', paid], [about.entity, about]);
}

/** The latest charge of an intent, which its event only names. */
function chargeOf(intent: Body, base: Body): Body {
  const charge = { ...base, id: intent.latest_charge, payment_intent: intent.id, amount: intent.amount };
  switch (intent.status) {
    case 'succeeded':
      return { ...charge, amount_captured: intent.amount_received };
    case 'requires_capture':
      return { ...charge, amount_captured: 0, captured: false };
    case 'processing':
      return { ...charge, amount_captured: 0, captured: false, paid: false, status: 'pending' };
    default:
      return {
        ...charge,
        amount_captured: 0,
        captured: false,
        paid: false,
        status: 'failed',
        failure_code: intent.last_payment_error?.code,
      };
  }
}

function razorpayFamily(payload: Body): Family | null {
  const payment = payload.payment?.entity;
  if (!payment || payload.refund || payload.dispute) return null;
  const isPaid = payment.status === 'captured';
  const order = {
    id: payment.order_id,
    entity: 'order',
    amount: payment.amount,
    amount_paid: isPaid ? payment.amount : 0,
    amount_due: isPaid ? 0 : payment.amount,
    currency: payment.currency,
    offer_id: null,
    status: isPaid ? 'paid' : 'attempted',
    attempts: 1,
    created_at: payment.created_at,
    ...payload.order?.entity,
    // An order that we made carries our intent's id here; whoever owns it writes it in.
    receipt: null,
    notes: [],
  };
  return family('razorpay', ['order', order], ['payment', payment]);
}

const family = (provider: ProviderName, ...objects: readonly (readonly [string, Body])[]): Family => ({
  provider,
  objects: objects.map(([kind, body]) => ({ kind, body })) as unknown as Family['objects'],
});

/** Puts families into the simulator, in one statement. @param owner a client with the owner's rights. */
export async function holdAtProvider(owner: pg.ClientBase, families: readonly Family[]): Promise<void> {
  const rows = families.flatMap(({ provider, objects }) =>
    objects.map(({ kind, body }) => ({
      id: body.id,
      root: objects[0].body.id,
      provider,
      kind,
      created: body.created ?? body.created_at,
      body,
    })),
  );
  await owner.query(
    `insert into simulator.objects (id, root_id, provider, kind, created, body)
     select id, root, provider, kind, created, body
     from json_to_recordset($1) as x(id text, root text, provider text, kind text, created bigint, body json)`,
    [JSON.stringify(rows)],
  );
}

export interface Ownership {
  readonly provider: ProviderName;
  readonly providerIntentId: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/** Intents of ours, each of a user of its own, that own these objects. @returns their ids, in the same order. */
export async function ownIntents(
  pool: pg.Pool,
  owner: pg.ClientBase,
  objects: readonly Ownership[],
  userPrefix: string,
): Promise<string[]> {
  const intents = await claimIntents(
    pool,
    objects.map((_, at) => `${userPrefix}_${at}`),
  );
  const rows = objects.map((object, at) => ({ ...object, id: intents[at]?.id }));
  await owner.query(
    `update intents i set provider = x.provider, provider_intent_id = x."providerIntentId",
       amount_minor = x."amountMinor", currency = x.currency, lease_until = null, lease_token = null
     from json_to_recordset($1) as x(id text, provider text, "providerIntentId" text, "amountMinor" bigint, currency text)
     where i.id = x.id`,
    [JSON.stringify(rows)],
  );
  return rows.map((row) => row.id as string);
}
