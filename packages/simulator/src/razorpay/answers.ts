// Answers to disputes: contest, as a draft or sent with a document at least, and accept. Only one that is open and within its
// time takes an answer. Source: razorpay.com/docs/api/disputes/contest, …/accept, razorpay.com/docs/payments/disputes/dashboard.
import type { Decision } from '../decide';
import { type Family, member, type StoredObject } from '../objects';
import type { Route } from '../route';
import type { Store } from '../store';
import { type Call, jsonResponse, type Parameters, type SimulatorResponse } from '../wire';
import { accepted, contested, type Dispute, NO_EVIDENCE } from './disputes';
import type { Document } from './documents';
import { invalidInput, noSuchId } from './errors';
import type { EventType } from './event-types';
import { razorpayEvent } from './events';
import { onlyKnown, optionalInteger, optionalText } from './parameters';
import { paymentOf } from './payments';

export const answerRoutes: readonly Route[] = [
  { method: 'PATCH', path: '/v1/disputes/:id/contest', handle: contest },
  {
    method: 'POST',
    path: '/v1/disputes/:id/accept',
    handle: async (store, call) =>
      store.decide<SimulatorResponse>({
        id: call.id,
        decide: (family) => {
          const dispute = answerable(call, family);
          return decided(family, dispute, accepted(dispute.body), 'payment.dispute.lost');
        },
      }),
  },
];

const PROOFS = Object.keys(NO_EVIDENCE).filter(
  (name) => !['summary', 'submitted_at', 'others', 'amount'].includes(name),
);
const SUMMARY_LENGTH_MAX = 1_000;

async function contest(store: Store, call: Call): Promise<SimulatorResponse> {
  const { parameters } = call;
  onlyKnown(parameters, ['action', 'amount', 'others', 'summary', ...PROOFS]);
  const action = optionalText(parameters, 'action', 10) ?? 'draft';
  if (action !== 'draft' && action !== 'submit') throw invalidInput('The action is not valid.', 'action');
  const documents = documentsIn(parameters);
  for (const id of documents)
    if (!member<Document>(await store.readFamily(id), 'document', id)) throw noSuchId();
  return store.decide<SimulatorResponse>({
    id: call.id,
    decide: (family) => {
      const dispute = answerable(call, family);
      const amount = optionalInteger(parameters, 'amount') ?? dispute.body.amount;
      if (amount > dispute.body.amount)
        throw invalidInput('The amount may not be greater than the disputed amount.', 'amount');
      const summary = optionalText(parameters, 'summary', SUMMARY_LENGTH_MAX);
      const { action: _, ...given } = parameters;
      const evidence = { ...given, amount, summary };
      if (action === 'draft')
        return decided(
          family,
          dispute,
          { ...dispute.body, evidence: { ...dispute.body.evidence, ...evidence } },
          null,
        );
      if (documents.length === 0)
        throw invalidInput('At least one document is required to contest a dispute.');
      const now = Math.floor(family.nowMs / 1000);
      return decided(family, dispute, contested(dispute.body, now, evidence), 'payment.dispute.under_review');
    },
  });
}

function documentsIn(parameters: Parameters): string[] {
  const others = (parameters['others'] ?? []) as readonly { readonly document_ids?: readonly string[] }[];
  const lists = [
    ...PROOFS.map((name) => parameters[name] ?? []),
    ...others.map((one) => one.document_ids ?? []),
  ];
  return lists.flatMap((list) => {
    if (!Array.isArray(list)) throw invalidInput('Documents are given by a list of their ids.');
    return list.map(String);
  });
}

function answerable(call: Call, family: Family): StoredObject<Dispute> {
  const dispute = member<Dispute>(family, 'dispute', call.id);
  if (!dispute) throw noSuchId();
  if (dispute.body.status !== 'open')
    throw invalidInput(`Action not allowed when the dispute is ${dispute.body.status}.`);
  if (dispute.body.respond_by < Math.floor(family.nowMs / 1000))
    throw invalidInput('The respond by date of the dispute is over.');
  return dispute;
}

function decided(
  family: Family,
  dispute: StoredObject<Dispute>,
  body: Dispute,
  type: EventType | null,
): Decision<SimulatorResponse> {
  const subjects = { payment: paymentOf(family, body.payment_id).body, dispute: body };
  const events = type
    ? [razorpayEvent(`${body.id}:answer:${family.nowMs}`, type, subjects, family.nowMs)]
    : [];
  return { result: jsonResponse(200, body), change: { objects: [{ ...dispute, body }], events } };
}
