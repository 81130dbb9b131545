// Answers to disputes at Razorpay: a contest with a document at least, or accept. It knows no idempotency key for either; a
// second one is refused, because the dispute is not open any more.
// Source: razorpay.com/docs/api/disputes/contest, razorpay.com/docs/api/disputes/accept, razorpay.com/docs/api/documents.
import { z } from 'zod';
import type {
  DisputeAnswers,
  Evidence,
  EvidenceFile,
  EvidenceKind,
  EvidenceTerms,
  ProviderDispute,
} from '../dispute';
import type { CallOptions, Outcome } from '../provider';
import { BadAnswer, type Deadline } from '../transport';
import { DISPUTE_ID, disputeSchema, toProviderDispute } from './disputes';
import type { RazorpayClient } from './http-client';

type Run = <T>(
  options: CallOptions,
  work: (deadline: Deadline) => Promise<Outcome<T>>,
) => Promise<Outcome<T>>;

const EVIDENCE_TERMS: EvidenceTerms = {
  textLengthMax: 1_000,
  needsFile: true,
  filesOfAKindMax: null,
  contentTypes: ['application/pdf', 'image/jpeg', 'image/png'],
};

type Place =
  | 'billing_proof'
  | 'customer_communication'
  | 'access_activity_log'
  | 'refund_cancellation_policy';
const PLACES: Readonly<Record<Exclude<EvidenceKind, 'other'>, Place>> = {
  receipt: 'billing_proof',
  communication: 'customer_communication',
  activity_log: 'access_activity_log',
  refund_policy: 'refund_cancellation_policy',
};

const documentSchema = z.object({ entity: z.string(), id: z.string(), purpose: z.string() });

export const disputeAnswers = (client: RazorpayClient, run: Run): DisputeAnswers => ({
  terms: EVIDENCE_TERMS,
  upload: (file, options) => run(options, (deadline) => upload(client, file, deadline)),
  submit: (id, evidence, options) => run(options, (deadline) => contest(client, id, evidence, deadline)),
  accept: (id, options) => run(options, (deadline) => accept(client, id, deadline)),
});

/** @throws what the SDK rejects with, and BadAnswer, as all of this file: the caller makes an outcome of it. */
async function upload(
  client: RazorpayClient,
  { name, contentType, content }: EvidenceFile,
  deadline: Deadline,
): Promise<Outcome<string>> {
  const form = new FormData();
  form.append('purpose', 'dispute_evidence');
  form.append('file', new Blob([new Uint8Array(content)], { type: contentType }), name);
  // Not by `documents.create`: it takes a stream of a file on disk alone, and loses the name of anything else.
  const answer = await client.send(deadline, (sdk) =>
    (sdk.api as unknown as Forms).postFormData({ url: '/documents', formData: form }),
  );
  const document = documentSchema.parse(answer);
  if (document.purpose !== 'dispute_evidence') throw new BadAnswer('A document for another purpose');
  return { kind: 'ok', value: document.id };
}

/** What the SDK's own resources post forms with. */
interface Forms {
  postFormData(request: { readonly url: string; readonly formData: FormData }): Promise<unknown>;
}

async function contest(
  client: RazorpayClient,
  id: string,
  { text, files }: Evidence,
  deadline: Deadline,
): Promise<Outcome<ProviderDispute>> {
  if (!DISPUTE_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a dispute' };
  const proofs: Partial<Record<Place, string[]>> = {};
  const others: string[] = [];
  for (const { kind, providerFileId } of files) {
    if (kind === 'other') others.push(providerFileId);
    else proofs[PLACES[kind]] = [...(proofs[PLACES[kind]] ?? []), providerFileId];
  }
  const more = others.length > 0 ? { others: [{ type: 'other', document_ids: others }] } : {};
  // All of the amount, which is what is contested where none is named.
  const contested = { summary: text, ...proofs, ...more, action: 'submit' };
  return told(id, await client.send(deadline, (sdk) => sdk.disputes.contest(id, contested as never)));
}

async function accept(
  client: RazorpayClient,
  id: string,
  deadline: Deadline,
): Promise<Outcome<ProviderDispute>> {
  if (!DISPUTE_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a dispute' };
  return told(id, await client.send(deadline, (sdk) => sdk.disputes.accept(id)));
}

function told(id: string, answer: unknown): Outcome<ProviderDispute> {
  const dispute = disputeSchema.parse(answer);
  if (dispute.id !== id) throw new BadAnswer('Another dispute than the one answered');
  return { kind: 'ok', value: toProviderDispute(dispute) };
}
