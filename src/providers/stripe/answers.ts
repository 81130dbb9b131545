// Answers to disputes at Stripe: a file is uploaded first and named in the evidence, which is sent to the bank once.
// Source: docs.stripe.com/api/disputes/update, docs.stripe.com/api/disputes/close, docs.stripe.com/disputes/responding.
import type Stripe from 'stripe';
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

type Run = <T>(
  options: CallOptions,
  work: (deadline: Deadline) => Promise<Outcome<T>>,
) => Promise<Outcome<T>>;

const EVIDENCE_TERMS: EvidenceTerms = {
  // Of one of its texts; all together hold 150,000.
  textLengthMax: 20_000,
  needsFile: false,
  // Each of its places holds one file.
  filesOfAKindMax: 1,
  contentTypes: ['application/pdf', 'image/jpeg', 'image/png'],
};

const PLACES: Readonly<Record<EvidenceKind, keyof Stripe.DisputeUpdateParams.Evidence>> = {
  receipt: 'receipt',
  communication: 'customer_communication',
  activity_log: 'service_documentation',
  refund_policy: 'refund_policy',
  other: 'uncategorized_file',
};

const fileSchema = z.object({ object: z.literal('file'), id: z.string(), purpose: z.string() });

export const disputeAnswers = (stripe: Stripe, run: Run): DisputeAnswers => ({
  terms: EVIDENCE_TERMS,
  upload: (file, options) =>
    run(options, (deadline) => upload(stripe, file, options.idempotencyKey, deadline)),
  submit: (id, evidence, options) =>
    run(options, (deadline) => submit(stripe, id, evidence, options.idempotencyKey, deadline)),
  accept: (id, options) => run(options, (deadline) => close(stripe, id, options.idempotencyKey, deadline)),
});

/** @throws what the SDK throws, and BadAnswer, as all of this file: the caller makes an outcome of it. */
async function upload(
  stripe: Stripe,
  { name, contentType, content }: EvidenceFile,
  idempotencyKey: string,
  deadline: Deadline,
): Promise<Outcome<string>> {
  await deadline.turn('POST /v1/files');
  const file = fileSchema.parse(
    await stripe.files.create(
      { purpose: 'dispute_evidence', file: { data: content, name, type: contentType } },
      { idempotencyKey, timeout: deadline.remainingMs() },
    ),
  );
  if (file.purpose !== 'dispute_evidence') throw new BadAnswer('A file for another purpose');
  return { kind: 'ok', value: file.id };
}

async function submit(
  stripe: Stripe,
  id: string,
  { text, files }: Evidence,
  idempotencyKey: string,
  deadline: Deadline,
): Promise<Outcome<ProviderDispute>> {
  if (!DISPUTE_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a dispute' };
  await deadline.turn('POST /v1/disputes/:id');
  const named = Object.fromEntries(files.map(({ kind, providerFileId }) => [PLACES[kind], providerFileId]));
  const evidence = { uncategorized_text: text, ...named };
  const options = { idempotencyKey, timeout: deadline.remainingMs() };
  return told(id, await stripe.disputes.update(id, { evidence, submit: true }, options));
}

async function close(
  stripe: Stripe,
  id: string,
  idempotencyKey: string,
  deadline: Deadline,
): Promise<Outcome<ProviderDispute>> {
  if (!DISPUTE_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a dispute' };
  await deadline.turn('POST /v1/disputes/:id/close');
  const options = { idempotencyKey, timeout: deadline.remainingMs() };
  return told(id, await stripe.disputes.close(id, {}, options));
}

function told(id: string, answer: unknown): Outcome<ProviderDispute> {
  const dispute = disputeSchema.parse(answer);
  if (dispute.id !== id) throw new BadAnswer('Another dispute than the one answered');
  return { kind: 'ok', value: toProviderDispute(dispute) };
}
