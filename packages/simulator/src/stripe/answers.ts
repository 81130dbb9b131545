// Answers to disputes: evidence, kept or sent, and the end of one that is not countered. Once it is sent the bank decides, and
// test mode decides at once by what the text says (docs.stripe.com/testing, "Disputes").
import { type Change, type Family, member, type StoredObject } from '../objects';
import type { Route } from '../route';
import type { Store } from '../store';
import { type Call, jsonResponse, type Parameters } from '../wire';
import { countered, type Dispute, NO_EVIDENCE, staged, won } from './disputes';
import { invalidParameter, noSuchObject } from './errors';
import type { EventType } from './event-types';
import { stripeEvent } from './events';
import type { File } from './files';
import { answerOnce, type Reply } from './keyed';
import { objectOf, onlyKnown, optionalText } from './parameters';

export const answerRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/disputes/:id',
    async handle(store, call) {
      onlyKnown(call.parameters, ['evidence', 'submit']);
      const evidence = await evidenceIn(store, objectOf(call.parameters, 'evidence'));
      return answerOnce(store, call, call.id, (family) => update(call, family, evidence));
    },
  },
  {
    method: 'POST',
    path: '/v1/disputes/:id/close',
    handle: async (store, call) => {
      onlyKnown(call.parameters, []);
      return answerOnce(store, call, call.id, (family) => {
        const dispute = answerable(call, family, ['needs_response']);
        return replyWith(family, dispute, { ...dispute.body, status: 'lost' }, ['charge.dispute.closed']);
      });
    },
  },
];

const FILE_FIELDS = [
  ...[
    'cancellation_policy',
    'customer_communication',
    'customer_signature',
    'duplicate_charge_documentation',
  ],
  ...['receipt', 'refund_policy', 'service_documentation', 'shipping_documentation', 'uncategorized_file'],
];
// docs.stripe.com/api/disputes/update: the longest of its texts.
const TEXT_LENGTH_MAX = 20_000;

async function evidenceIn(store: Store, given: Parameters): Promise<Record<string, string>> {
  const evidence: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const field = `evidence[${name}]`;
    if (!(name in NO_EVIDENCE) || typeof value !== 'string')
      throw invalidParameter(field, `Received unknown parameter: ${field}`, 'parameter_unknown');
    if (value.length > TEXT_LENGTH_MAX)
      throw invalidParameter(field, `Invalid string: must be at most ${TEXT_LENGTH_MAX} characters`);
    if (FILE_FIELDS.includes(name) && value !== '') {
      const file = member<File>(await store.readFamily(value), 'file', value);
      if (file?.body.purpose !== 'dispute_evidence') throw noSuchObject('file', value, field);
    }
    evidence[name] = value;
  }
  return evidence;
}

function update(call: Call, family: Family, evidence: Record<string, string>): Reply {
  const dispute = answerable(call, family, ['needs_response', 'warning_needs_response']);
  // Sent unless told otherwise.
  if (optionalText(call.parameters, 'submit') === 'false')
    return replyWith(family, dispute, staged(dispute.body, evidence), ['charge.dispute.updated']);
  const now = Math.floor(family.nowMs / 1000);
  const sent = countered(dispute.body, now, evidence);
  if (sent.status === 'under_review' && evidence['uncategorized_text'] === 'winning_evidence')
    return replyWith(family, dispute, won(sent, now), [
      'charge.dispute.closed',
      'charge.dispute.funds_reinstated',
    ]);
  if (sent.status === 'under_review' && evidence['uncategorized_text'] === 'losing_evidence')
    return replyWith(family, dispute, { ...sent, status: 'lost' }, ['charge.dispute.closed']);
  return replyWith(family, dispute, sent, ['charge.dispute.updated']);
}

/** That it is refused is Stripe's, the words are ours: it does not publish them. */
function answerable(call: Call, family: Family, statuses: readonly string[]): StoredObject<Dispute> {
  const dispute = member<Dispute>(family, 'dispute', call.id);
  if (!dispute) throw noSuchObject('dispute', call.id, 'id');
  const { status, evidence_details } = dispute.body;
  if (!statuses.includes(status))
    throw invalidParameter('dispute', `This dispute is ${status}: it takes no answer.`);
  if (evidence_details.due_by < Math.floor(family.nowMs / 1000))
    throw invalidParameter('dispute', 'The time to answer this dispute is over.');
  return dispute;
}

function replyWith(
  family: Family,
  dispute: StoredObject<Dispute>,
  body: Dispute,
  types: readonly EventType[],
): Reply {
  const happening = `${dispute.id}:answer:${family.nowMs}`;
  const events = types.map((type) => stripeEvent(happening, type, body, family.nowMs));
  const change: Change = { objects: [{ ...dispute, body }], events };
  return { response: jsonResponse(200, body), change };
}
