// Answers to disputes, through the adapters' own SDKs and the simulated providers.
import { randomUUID } from 'node:crypto';
import { acceptDispute } from '../../src/disputes/accept';
import { attachDisputeFile } from '../../src/disputes/attach-file';
import { draftDisputeEvidence } from '../../src/disputes/draft-evidence';
import { answersOf, draftsOf } from '../../src/disputes/evidence';
import { readDispute } from '../../src/disputes/read';
import { submitDisputeEvidence } from '../../src/disputes/submit-evidence';
import type { ProviderName } from '../../src/providers/provider';
import { type Bought, finance, secondPerson, useRefundStand } from '../refunds/stand';

const stand = useRefundStand();
afterEach(() => {
  stand.trouble = () => null;
  stand.garble = (_request, body) => body;
});

async function disputed(
  provider: ProviderName,
  outcome: 'dispute_open' | 'dispute_inquiry' = 'dispute_open',
) {
  const paid = await stand.bought({ provider });
  await paid.play(outcome);
  await look(paid);
  return { paid, disputeId: (await row(paid)).id as string };
}

async function look(paid: Bought): Promise<void> {
  const intent = await stand.app.deps.readIntent(paid.id);
  const [known] = await stand.rows(
    `select id from simulator.objects where kind = 'dispute' and root_id = $1`,
    [paid.providerIntentId],
  );
  if (!intent || !known) throw new Error('Nothing to look at');
  await readDispute(stand.app.deps, intent, known.id, []);
}

const row = async (paid: Bought) => {
  const [found] = await stand.rows('select id, status, needs_answer from disputes where intent_id = $1', [
    paid.id,
  ]);
  if (!found) throw new Error('No dispute');
  return found;
};
/** The dispute as the provider has it. */
const theirs = async (paid: Bought) => {
  const [found] = await stand.rows(
    `select body from simulator.objects where kind = 'dispute' and root_id = $1`,
    [paid.providerIntentId],
  );
  return found?.body as { status: string; evidence: Record<string, unknown>; evidence_details?: object };
};

const PDF = Buffer.from('%PDF-1.4 \u00e4 used').toString('base64');
const attach = (disputeId: string, more: object = {}) =>
  attachDisputeFile(stand.app.deps, finance, {
    ...{
      disputeId,
      kind: 'receipt' as const,
      name: 'Beleg ä.pdf',
      contentType: 'application/pdf',
      content: PDF,
    },
    ...more,
  });
const submit = (disputeId: string, key: string = randomUUID(), text = 'All of it was used.', by = finance) =>
  submitDisputeEvidence(stand.app.deps, by, { disputeId, text, idempotencyKey: key });
const accept = (disputeId: string, key: string = randomUUID()) =>
  acceptDispute(stand.app.deps, finance, { disputeId, reason: 'They are right', idempotencyKey: key });

describe.each(['stripe', 'razorpay'] as const)('A dispute at %s', (provider) => {
  it('is answered once with its text and files, and waits for the bank then', async () => {
    const { paid, disputeId } = await disputed(provider);
    await draftDisputeEvidence(stand.app.deps, finance, { disputeId, text: 'Not all of it yet.' });
    await attach(disputeId);
    await attach(disputeId);
    expect(await draftsOf(stand.app.deps, [disputeId])).toMatchObject([
      { text: 'Not all of it yet.', files: [{ kind: 'receipt', name: 'Beleg ä.pdf' }] },
    ]);
    expect((await theirs(paid)).evidence).not.toHaveProperty('uncategorized_text', 'Not all of it yet.');

    const key = randomUUID();
    expect(await submit(disputeId, key)).toMatchObject({ replayed: false, dispute: { needsAnswer: false } });
    expect(await submit(disputeId, key)).toMatchObject({ replayed: true });
    await expect(submit(disputeId, key, 'Another text')).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    await expect(submit(disputeId)).rejects.toMatchObject({ code: 'INVALID_STATE', current: 'open' });
    await expect(accept(disputeId)).rejects.toMatchObject({ code: 'INVALID_STATE' });

    const { status, evidence } = await theirs(paid);
    expect(status).toBe('under_review');
    expect(evidence[provider === 'stripe' ? 'uncategorized_text' : 'summary']).toBe('All of it was used.');
    const file = evidence[provider === 'stripe' ? 'receipt' : 'billing_proof'];
    const [kept] = await stand.rows(
      'select provider_file_id as id from dispute_files where dispute_id = $1',
      [disputeId],
    );
    expect(provider === 'stripe' ? [file] : file).toEqual([kept?.id]);
    const [sent] = await stand.rows('select body from simulator.objects where id = $1', [kept?.id]);
    expect(sent?.body).toMatchObject({ size: Buffer.from(PDF, 'base64').length });
    expect(JSON.stringify(sent?.body)).toContain('Beleg ä.pdf');
    const audited = await stand.rows('select action from audit_log where target_id = $1 order by id', [
      disputeId,
    ]);
    expect(audited.map(({ action }) => action)).toEqual([
      'draftDisputeEvidence',
      ...['attachDisputeFile', 'attachDisputeFile', 'submitDisputeEvidence'],
    ]);
  });

  it('that is accepted is lost, and its credits leave', async () => {
    const { paid, disputeId } = await disputed(provider);
    const key = randomUUID();
    expect(await accept(disputeId, key)).toMatchObject({ dispute: { status: 'lost', creditsRevoked: 50n } });
    expect(await accept(disputeId, key)).toMatchObject({ replayed: true });
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
    await expect(submit(disputeId)).rejects.toMatchObject({ code: 'INVALID_STATE', current: 'lost' });
  });

  it('takes no answer after its day', async () => {
    const { disputeId, paid } = await disputed(provider);
    const field = provider === 'stripe' ? '{evidence_details,due_by}' : '{respond_by}';
    await stand.owner.query(
      `update simulator.objects set body = jsonb_set(body::jsonb, $2::text[], '1000') where root_id = $1 and kind = 'dispute'`,
      [paid.providerIntentId, field],
    );
    await attach(disputeId);
    await expect(submit(disputeId)).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: expect.stringContaining('took answers until 1970-01-01'),
    });
    expect((await theirs(paid)).status).not.toBe('under_review');
  });

  it('is answered once when the answer of the provider is lost, and by one of two who ask at once', async () => {
    const { paid, disputeId } = await disputed(provider);
    await attach(disputeId);
    const key = randomUUID();
    stand.trouble = ({ method, path }) => (method !== 'GET' && path.includes('/disputes/') ? 'lost' : null);
    await expect(submit(disputeId, key)).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    await expect(submit(disputeId, randomUUID(), 'Mine', secondPerson)).rejects.toMatchObject({
      code: 'IN_PROGRESS',
    });
    expect((await theirs(paid)).status).not.toBe('under_review');
    stand.trouble = ({ method, path }) =>
      method !== 'GET' && path.includes('/disputes/') ? 'answerLost' : null;
    expect(await submit(disputeId, key)).toMatchObject({ dispute: { needsAnswer: false } });
    expect(await answersOf(stand.app.deps, [disputeId])).toMatchObject([[{ status: 'done' }]]);
  });

  it('is not answered a second time while nobody knows what became of the first', async () => {
    const { disputeId } = await disputed(provider);
    await attach(disputeId);
    let sent = 0;
    const isOfDispute = (path: string) => path.includes('/disputes/');
    stand.garble = ({ method, path }, body) => (method === 'GET' && isOfDispute(path) ? '{}' : body);
    stand.trouble = ({ method, path }) => {
      if (method === 'GET' || !isOfDispute(path)) return null;
      sent += 1;
      return 'answerLost';
    };
    await expect(submit(disputeId)).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    const tries = sent;
    expect(tries).toBeGreaterThan(0);
    await stand.owner.query(
      `update dispute_answers set asked_at = asked_at - interval '1 hour' where dispute_id = $1`,
      [disputeId],
    );
    const another = () => submit(disputeId, randomUUID(), 'Another text.', secondPerson);
    await expect(another()).rejects.toMatchObject({ code: 'IN_PROGRESS' });
    expect(sent).toBe(tries);
    stand.garble = (_request, body) => body;
    await expect(another()).rejects.toMatchObject({ code: 'INVALID_STATE' });
    expect(sent).toBe(tries);
  });

  it('that was answered in the dashboard is not answered again', async () => {
    const { paid, disputeId } = await disputed(provider);
    await attach(disputeId);
    await paid.play('dispute_under_review' as never);
    await expect(submit(disputeId)).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: expect.stringContaining('answered already'),
    });
    expect(await row(paid)).toMatchObject({ status: 'open', needs_answer: false });
  });
});

it('an inquiry is not accepted but refunded, and Razorpay takes no text without a file', async () => {
  const inquiry = await disputed('stripe', 'dispute_inquiry');
  await expect(accept(inquiry.disputeId)).rejects.toMatchObject({
    code: 'INVALID_STATE',
    message: expect.stringContaining('refund the payment'),
  });
  const { disputeId } = await disputed('razorpay');
  await expect(submit(disputeId)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('attach a file'),
  });
  await expect(attach(disputeId, { contentType: 'text/html' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
  await expect(attach(disputeId, { content: '<' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  // Nothing, half a byte, and more than the last whole one: the bank would be given a file that is cut off.
  for (const content of ['', 'A', 'AAAAA', '====', 'A=AA', `${PDF.slice(0, 5)}\n${PDF.slice(5)}`])
    await expect(attach(disputeId, { content })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(attach('dsp_none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('of two files of a kind that come at once, or are put back, Stripe is sent the one that it has a place for', async () => {
  const { disputeId } = await disputed('stripe');
  const file = (text: string) =>
    attach(disputeId, { content: Buffer.from(`%PDF-1.4 ${text}`).toString('base64') });
  const came = await Promise.allSettled(['a', 'b', 'c', 'd'].map(file));
  expect(came.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(came.filter(({ status }) => status === 'rejected')).toMatchObject(
    Array(3).fill({ reason: { code: 'INVALID_INPUT' } }),
  );
  const draft = (fileIds: string[]) =>
    draftDisputeEvidence(stand.app.deps, finance, { disputeId, text: 'Used.', fileIds });
  const kept = async () => (await draftsOf(stand.app.deps, [disputeId]))[0]?.files.map(({ id }) => id) ?? [];
  const [first = ''] = await kept();
  await draft([]);
  await file('e');
  const [second = ''] = await kept();
  await expect(draft([first, second])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect(await kept()).toEqual([second]);
  await draft([first]);
  expect(await kept()).toEqual([first]);
});

it('evidence that wins in test mode wins at once', async () => {
  const { paid, disputeId } = await disputed('stripe');
  expect(await submit(disputeId, randomUUID(), 'winning_evidence')).toMatchObject({
    dispute: { status: 'won' },
  });
  expect(await paid.wallet()).toMatchObject({ frozen: 0, balance: 50 });
});
