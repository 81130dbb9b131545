// Reviews as clients see them: the operators' queue and decision, a second person, and what a payer is told. INR 60.00 is what
// one may send back alone here; a small package costs INR 50.00, a medium one INR 100.00.
import { graphql } from 'graphql';
import type { Caller } from '../../src/callers/caller';
import { watchFeed } from '../../src/graphql/admin/feed';
import { createContext } from '../../src/graphql/context';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { rejectOverdueReviews } from '../../src/reviews/overdue';
import { faultsOf } from '../deliveries/schemas';
import { useRefundStand } from '../refunds/stand';
import { relayAll } from '../support/relay-all';
import { openReview, passDeadline, reviewsOf } from './stand';

const stand = useRefundStand({ RISK: 'act', REFUND_APPROVAL_ABOVE: 'INR:6000' });
const schema = buildGatewaySchema();
let support: Caller;
let people = 0;
beforeEach(() => {
  // What one person sends back is counted over a day.
  support = { id: `sup_${++people}`, role: 'support' };
});
const finance: Caller = { id: 'fin_2', role: 'finance' };

async function ask(
  caller: Caller,
  source: string,
  variableValues: object = {},
): Promise<Record<string, any>> {
  const contextValue = createContext(stand.app.deps, caller, 'request-1');
  const { data, errors } = await graphql({
    schema,
    source,
    variableValues: { ...variableValues },
    contextValue,
  });
  expect(errors).toBeUndefined();
  return data as Record<string, any>;
}

const decide = async (caller: Caller, id: string, approve: boolean, more: object = {}) =>
  (
    await ask(
      caller,
      `mutation ($input: DecideRiskReviewInput!) { decideRiskReview(input: $input) {
         review { id status decidedBy note } errors { code message ... on StaleFiguresError { figures { name } } } } }`,
      { input: { id, approve, note: 'looked at', ...more } },
    )
  ).decideRiskReview;

async function reviewed(packageId = 'small') {
  const paid = await stand.bought({ packageId });
  const reviewId = await openReview(stand, paid);
  return { ...paid, reviewId: reviewId ?? '' };
}

it('the queue shows what waits, what it keeps frozen and until when, the one that is due first at the front', async () => {
  const [first, second] = [await reviewed(), await reviewed()];
  const queue = async (status = '') =>
    (
      await ask(
        support,
        `{ admin { riskReviews${status} { totalCount nodes { id score reason status frozenCredits openedAt dueAt
             note decidedBy intent { id userId refundPreview { left { amountMinor } } } } } } }`,
      )
    ).admin.riskReviews;
  const { nodes, totalCount } = await queue();
  expect(nodes.map(({ id }: { id: string }) => id)).toEqual([first.reviewId, second.reviewId]);
  expect(totalCount).toBe(2);
  expect(nodes[0]).toMatchObject({
    score: 80,
    reason: 'rule',
    status: 'open',
    frozenCredits: 50,
    note: null,
  });
  expect(nodes[0].intent).toMatchObject({ id: first.id, refundPreview: { left: { amountMinor: '5000' } } });
  expect(Date.parse(nodes[0].dueAt) - Date.parse(nodes[0].openedAt)).toBe(24 * 3_600_000);
  expect((await decide(support, first.reviewId, true)).review).toMatchObject({
    status: 'approved',
    decidedBy: support.id,
  });
  expect((await queue()).totalCount).toBe(1);
  expect((await queue('(status: [approved])')).nodes).toMatchObject([{ dueAt: null, frozenCredits: 0 }]);
  await decide(support, second.reviewId, false);
});

it('support rejects what one may send back alone; more waits for a second person, and until then nothing is decided', async () => {
  const small = await reviewed();
  expect(await decide(support, small.reviewId, false)).toMatchObject({
    review: { status: 'rejected' },
    errors: [],
  });

  const large = await reviewed('medium');
  const asked = await decide(support, large.reviewId, false);
  expect(asked).toMatchObject({ review: null, errors: [{ code: 'APPROVAL_REQUIRED' }] });
  const approvalId = /apr_\w+/.exec(asked.errors[0].message)?.[0];
  // Whoever asks again asks for the same.
  expect((await decide(finance, large.reviewId, false)).errors[0].message).toContain(approvalId);
  expect(await reviewsOf(stand, large.id)).toMatchObject([{ status: 'open' }]);
  const { decideApproval } = await ask(
    finance,
    `mutation ($id: ID!) { decideApproval(input: { id: $id, approve: true, note: "yes" }) {
       approval { status } errors { code } } }`,
    { id: approvalId },
  );
  expect(decideApproval).toMatchObject({ approval: { status: 'done' }, errors: [] });
  expect(await reviewsOf(stand, large.id)).toMatchObject([{ status: 'rejected', by: support.id, frozen: 0 }]);
  expect((await large.wallet()).balance).toBe(0);
});

it('an approval that comes after somebody let the purchase pass, or after its time, sends nothing more', async () => {
  for (const end of ['approved', 'expired']) {
    const large = await reviewed('medium');
    const asked = await decide(support, large.reviewId, false);
    const approvalId = /apr_\w+/.exec(asked.errors[0].message)?.[0];
    await passDeadline(stand, large.id);
    if (end === 'approved') await decide(finance, large.reviewId, true);
    else await rejectOverdueReviews(stand.app.deps);
    const before = (await large.refunds()).length;
    const { decideApproval } = await ask(
      finance,
      `mutation ($id: ID!) { decideApproval(input: { id: $id, approve: true, note: "yes" }) { errors { code } } }`,
      { id: approvalId },
    );
    expect(decideApproval.errors).toMatchObject([{ code: 'ALREADY_DECIDED' }]);
    expect((await large.refunds()).length).toBe(before);
    expect(await reviewsOf(stand, large.id)).toMatchObject([{ status: end }]);
  }
});

it('who is late, who looked at other figures and who names none hears so', async () => {
  const paid = await reviewed();
  const seen = { seen: { left: { amountMinor: '1', currency: 'INR' } } };
  expect((await decide(support, paid.reviewId, false, seen)).errors).toMatchObject([
    { code: 'STALE_FIGURES', figures: [{ name: 'left' }] },
  ]);
  expect((await decide(support, paid.reviewId, true, { seen: { frozenCredits: 1 } })).errors).toMatchObject([
    { code: 'STALE_FIGURES', figures: [{ name: 'credits' }] },
  ]);
  expect((await decide(support, paid.reviewId, true, { note: '' })).errors).toMatchObject([
    { code: 'INVALID_INPUT' },
  ]);
  expect((await decide(support, paid.reviewId, true)).errors).toEqual([]);
  expect((await decide(support, paid.reviewId, false)).errors).toMatchObject([{ code: 'ALREADY_DECIDED' }]);
  expect((await decide(support, 'rev_none', false)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
});

it('a payer hears that the credits are checked and nothing of why, while operators read the reason', async () => {
  const paid = await reviewed();
  await decide(support, paid.reviewId, false);
  const told = async (caller: Caller) =>
    (
      await ask(caller, 'query ($id: ID!) { intent(id: $id) { timeline { nodes { kind message } } } }', {
        id: paid.id,
      })
    ).intent.timeline.nodes as { kind: string; message: string }[];
  const payers = await told({ id: paid.userId, role: 'user' });
  expect(payers.find(({ kind }) => kind === 'review_opened')?.message).toBe('The credits are being checked.');
  expect(
    payers.filter(({ kind, message }) => kind === 'review_rejected' || /fraud|risk|score/i.test(message)),
  ).toEqual([]);
  const operators = await told(support);
  expect(operators.find(({ kind }) => kind === 'review_opened')?.message).toMatch(
    /rule, score 80.*50 credits/,
  );
  expect(operators.some(({ kind }) => kind === 'review_rejected')).toBe(true);
  const reasons = await ask(
    { id: paid.userId, role: 'user' },
    'query ($id: ID!) { intent(id: $id) { refunds { nodes { reason } } } }',
    {
      id: paid.id,
    },
  );
  expect(reasons.intent.refunds.nodes[0].reason).not.toMatch(/looked at|fraud/);
  const node = 'query ($id: ID!) { node(id: $id) { __typename } }';
  expect((await ask({ id: paid.userId, role: 'user' }, node, { id: paid.reviewId })).node).toBeNull();
  expect((await ask(support, node, { id: paid.reviewId })).node).toEqual({ __typename: 'RiskReview' });
});

it('the feed files it under risk, and endpoints are told as the schemas say', async () => {
  await stand.rows(
    `insert into webhook_endpoints (id, url, events, enabled) values ('ept_reviews', 'http://127.0.0.1:9/hooks', '["risk.*"]', true)`,
  );
  const feed = watchFeed(stand.app.deps, support, ['risk'], null);
  expect((await feed.next()).value).toMatchObject({ kind: 'snapshot' });
  const paid = await reviewed();
  await decide(support, paid.reviewId, true);
  for (const summary of [/has to look/, /approved/])
    expect((await feed.next()).value).toMatchObject({
      topic: 'risk',
      subjectId: paid.id,
      summary: expect.stringMatching(summary),
    });
  await feed.return?.();
  await relayAll(stand.app.deps.pool);
  const sent = (
    await stand.rows(`select body from deliveries where endpoint_id = 'ept_reviews' order by sequence`)
  )
    .map(({ body }) => JSON.parse(body))
    .filter(({ data }) => data.intentId === paid.id);
  expect(sent.map(({ type }) => type)).toEqual(['risk.review_opened', 'risk.decided']);
  expect(sent.flatMap(faultsOf)).toEqual([]);
  expect(sent[0].data).toEqual({
    ...{
      reviewId: paid.reviewId,
      intentId: paid.id,
      reason: 'rule',
      score: 80,
      creditsFrozen: 50,
      mock: true,
    },
  });
  expect(sent[1].data).toMatchObject({ status: 'approved' });
});

it('a review names other purchases by what they share with it, the most first, and the rules that asked for it', async () => {
  const paid = await reviewed();
  const decided = async (intentId: string, more: object) => {
    const row = { intent_id: intentId, user_id: 'u', card: null, device: null, address: null, ...more };
    await stand.rows(
      `insert into risk_decisions (intent_id, user_id, stage, at, score, decision, told, signals, fired, credits, amount_minor,
         currency, card, device, address)
       values ($1, $2, 'claim', instant(), 0, 'allow', 'none', '{}', '{}', 50, 5000, 'INR', $3, $4, $5)`,
      [row.intent_id, row.user_id, row.card, row.device, row.address],
    );
  };
  const [twice, once, none] = [await stand.bought(), await stand.bought(), await stand.bought()];
  await decided(paid.id, { card: 'c_1', device: 'd_1', address: '203.0.113.0/24' });
  await decided(once.id, { address: '203.0.113.0/24' });
  await decided(twice.id, { device: 'd_1' });
  await decided(twice.id, { card: 'c_1' });
  await decided(none.id, { card: 'c_2', device: 'd_2' });
  const question = (first: string) =>
    `query ($id: ID!) { node(id: $id) { ... on RiskReview { signals { code } relatedIntents${first} { sharedBy intent { id } } } } }`;
  const { node } = await ask(support, question(''), { id: paid.reviewId });
  expect(node).toEqual({
    signals: [],
    relatedIntents: [
      { sharedBy: ['card', 'device'], intent: { id: twice.id } },
      { sharedBy: ['address'], intent: { id: once.id } },
    ],
  });
  const { node: one } = await ask(support, question('(first: 1)'), { id: paid.reviewId });
  expect(one.relatedIntents).toHaveLength(1);
});

it('what was written of a review goes with its user, wherever it stands', async () => {
  const paid = await reviewed('medium');
  const note = 'His own words, which nobody keeps';
  const asked = await decide(support, paid.reviewId, false, { note });
  const approvalId = /apr_\w+/.exec(asked.errors[0].message)?.[0];
  await ask(
    finance,
    `mutation ($id: ID!) { decideApproval(input: { id: $id, approve: true, note: "yes" }) { errors { code } } }`,
    { id: approvalId },
  );
  const kept = async () => {
    const rows = await stand.rows(
      `select to_jsonb(x) as row from (select r.id, r.note::text from risk_reviews r where user_id = $1) x
       union all select to_jsonb(a) from approvals a where user_id = $1 or input ->> 'intentId' = $2
       union all select to_jsonb(e) from events e where subject = $2 or subject = $4
       union all select to_jsonb(r) from refunds r where intent_id = $2
       union all select to_jsonb(l) from audit_log l where target_id = any(array[$1, $2, $3, $4])`,
      [paid.userId, paid.id, paid.reviewId, approvalId],
    );
    return rows.filter(({ row }) => JSON.stringify(row).includes(note)).length;
  };
  expect(await kept()).toBeGreaterThan(2);
  await stand.app.deps.pool.query('select erase_texts($1)', [paid.userId]);
  expect(await kept()).toBe(0);
});
