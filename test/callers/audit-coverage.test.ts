// What operators do is in the audit log, and neither is there without the other. Which mutations are theirs is read from
// the schema, so that a new one without a row here, or without an entry, fails.
import { randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { getNamedType, graphql } from 'graphql';
import type { Caller } from '../../src/callers/caller';
import { syncIntent } from '../../src/disputes/sync';
import { createContext } from '../../src/graphql/context';
import { REQUIRED_ROLES } from '../../src/graphql/required-roles';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { createIntent } from '../../src/intents/create';
import { pause } from '../../src/kernel/clock';
import { newId } from '../../src/kernel/ids';
import { useRefundStand } from '../refunds/stand';
import { openReview } from '../reviews/stand';
import { eventually } from '../support/eventually';

// A refund of more than INR 30.00 waits for a second person, and so do more than 100 credits.
const stand = useRefundStand({ REFUND_APPROVAL_ABOVE: 'INR:3000', ADJUST_APPROVAL_ABOVE: '100' });
const schema = buildGatewaySchema();
const admin: Caller = { id: 'adm_1', role: 'admin' };

type Input = Record<string, unknown>;

/** Makes what a mutation acts on, and gives its input. */
type Prepared = () => Promise<Input | null>;

// Longer than a round of what works at once.
const STILL_MS = 30;

const key = () => ({ idempotencyKey: randomUUID() });

async function call(name: string, input: Input | null) {
  const type = schema.getMutationType()?.getFields()[name]?.args[0]?.type;
  const source = type
    ? `mutation ($input: ${getNamedType(type).name}!) { ${name}(input: $input) { errors { code message } } }`
    : `mutation { ${name} { errors { code message } } }`;
  const contextValue = createContext(stand.app.deps, admin, 'request-1');
  return graphql({ schema, source, variableValues: { input }, contextValue });
}

async function insert(table: string, row: Input): Promise<string> {
  const names = Object.keys(row);
  const places = names.map((_, at) => `$${at + 1}`).join(', ');
  const [made] = await stand.rows(
    `insert into ${table} (${names.join(', ')}) values (${places}) returning id`,
    Object.values(row),
  );
  return String(made?.id);
}

const job = (status: 'queued' | 'canceled') => async () => ({
  id: await insert('jobs', {
    ...{ id: newId('export'), kind: 'export', input: '{}', requested_by: 'fin_1', status },
    finished_at: status === 'canceled' ? new Date() : null,
    // Nobody else is to run it meanwhile.
    lease_until: new Date(Date.now() + 3_600_000),
  }),
});

// Of events that do not come here, so that nothing is sent beside the mutation.
const endpoint = async () => ({
  id: await insert('webhook_endpoints', {
    ...{
      id: newId('webhookEndpoint'),
      url: 'http://127.0.0.1:9/hooks',
      events: '["dispute.*"]',
      enabled: true,
    },
  }),
});

const newCampaign = async () => {
  const name = randomUUID();
  await stand.rows(
    `insert into campaigns (key, name, budget_credits, created_by, created_at, updated_at)
     values ($1, $1, 5, 'fin_1', now(), now())`,
    [name],
  );
  return name;
};

const delivery = async () =>
  insert('deliveries', {
    ...{ id: newId('delivery'), endpoint_id: (await endpoint()).id, event_id: randomUUID(), type: 'x' },
    ...{ sequence: 1, body: '{}', status: 'dead', due_at: null },
  });

const webhookEvent = () =>
  insert('webhook_events', {
    ...{ id: newId('webhookEvent'), provider: 'stripe', provider_event_id: randomUUID(), type: 'x' },
    ...{
      body: Buffer.from('{}'),
      body_sha256: randomBytes(32).toString('hex'),
      status: 'dead',
      subject: 'payment',
    },
  });

const approval = async () => {
  const input = { userId: 'ada', credits: 200, expiresAt: null, reason: 'agreed', ...key() };
  const id = newId('approval');
  const expires_at = new Date(Date.now() + 60_000);
  const row = { id, action: 'adjust', summary: 's', input, credits: 200, requested_by: 'fin_9', expires_at };
  return { id: await insert('approvals', row), approve: true, note: 'seen' };
};

const openBreak = async () => {
  const row = { subject: 'payment', kind: 'unknown_payment', provider: 'stripe' };
  return `brk_${await insert('breaks', { ...row, provider_entry_id: randomUUID() })}`;
};

const rulesDocument = () => ({
  thresholds: { challenge: 40, review: 60, block: 80 },
  rules: [{ code: 'many', signal: 'user_purchases_1h', at_least: 5, weight: 30, why: randomUUID() }],
});

const proposedRules = async () => {
  const sql = `select add_rules($1, 'proposed', 'fin_9', null)::integer as version`;
  return (await stand.rows(sql, [rulesDocument()]))[0]?.version as number;
};

const listed = async (list: 'block' | 'allow') => ({
  id: await insert('risk_lists', {
    ...{
      id: newId(`${list}listEntry`),
      list,
      kind: 'user',
      value: randomUUID(),
      reason: 'r',
      created_by: 'adm_1',
    },
  }),
});

const disputeOf = async () => {
  // Whoever is told of it is told in the background, and nothing else may change meanwhile.
  await stand.owner.query(`update webhook_endpoints set enabled = false, deleted_at = instant();
    delete from delivery_attempts; delete from deliveries`);
  const paid = await stand.bought({ provider: 'stripe' });
  await paid.play('dispute_open');
  await syncIntent(stand.app.deps, admin, { id: paid.id });
  return (await stand.rows('select id from disputes where intent_id = $1', [paid.id]))[0]?.id as string;
};

// Nobody but a back end spends what belongs to somebody else.
const ownCredits = () => stand.bought({ userId: admin.id });

const holdOf = async () => stand.hold((await stand.bought()).userId, 10);

const OPERATORS: Readonly<Record<string, Prepared>> = {
  addNote: async () => ({ subjectId: (await stand.bought()).id, text: 'called them' }),
  replayWebhookEvents: async () => ({ select: { ids: [await webhookEvent()] } }),
  resendDeliveries: async () => ({ select: { ids: [await delivery()] } }),
  refundIntent: async () => ({
    ...{ intentId: (await stand.bought()).id, amountCents: 1000, reason: 'asked', ...key() },
  }),
  attachDisputeFile: async () => ({
    ...{ disputeId: await disputeOf(), kind: 'receipt', name: 'r.pdf' },
    ...{ contentType: 'application/pdf', content: 'JVBERi0=' },
  }),
  draftDisputeEvidence: async () => ({ disputeId: await disputeOf(), text: 'It was used.' }),
  submitDisputeEvidence: async () => ({ disputeId: await disputeOf(), text: 'It was used.', ...key() }),
  acceptDispute: async () => ({ disputeId: await disputeOf(), reason: 'They are right', ...key() }),
  adjustCredits: async () => ({ userId: 'ada', credits: 5, reason: 'sorry', ...key() }),
  saveCampaign: async () => ({ key: 'welcome', name: 'Welcome', budgetCredits: 50 }),
  saveOperation: async () => ({ code: 'audited', name: 'Audited', unit: 'unit' }),
  saveRate: async () => {
    await stand.rows(
      `insert into operations (code, name, unit, active, created_by, created_at, updated_at)
       values ('rated', 'Rated', 'unit', true, 'adm_1', now(), now()) on conflict do nothing`,
    );
    return { operation: 'rated', flatMicro: '1' };
  },
  savePromoCode: async () => {
    await stand.rows(
      `insert into campaigns (key, name, budget_credits, created_by, created_at, updated_at)
       values ('coded', 'Coded', 5, 'fin_1', now(), now()) on conflict do nothing`,
    );
    return { code: 'AUDITED-CODE', campaign: 'coded', credits: 1 };
  },
  revokeCampaign: async () => ({ key: await newCampaign(), reason: 'a mistake' }),
  cancelJob: job('queued'),
  resumeJob: job('canceled'),
  startLedgerCheck: async () => null,
  advanceClock: async () => ({ bySeconds: 1 }),
  decideApproval: approval,
  decideRiskReview: async () => ({
    id: await openReview(stand, await stand.bought()),
    approve: true,
    note: 'seen',
  }),
  startReconciliation: async () => ({
    ...{ provider: 'stripe', range: { gte: '2026-01-01T00:00:00Z', lt: '2026-01-02T00:00:00Z' } },
  }),
  resolveBreak: async () => ({ id: await openBreak(), fix: 'adjust', note: 'known' }),
  startExport: async () => ({ select: { intents: {} } }),
  startGrantsImport: async () => ({
    ...{ campaign: await newCampaign(), file: 'userId,credits,key,reason\nada,1,a,Hi\n' },
  }),
  proposeRiskRules: async () => ({ document: rulesDocument() }),
  activateRiskRules: async () => ({ version: await proposedRules() }),
  retireRiskRules: async () => ({ version: await proposedRules() }),
  allowPayer: async () => ({
    decisionId: `rsk_${await insert('risk_decisions', {
      ...{
        user_id: randomUUID(),
        stage: 'claim',
        at: new Date(),
        score: 90,
        decision: 'block',
        told: 'blocked',
      },
      ...{ signals: '{}', fired: '{}', credits: 1, amount_minor: 1, currency: 'INR' },
    })}`,
    ...{ hours: 1, reason: 'Called us.' },
  }),
  addToBlocklist: async () => ({ kind: 'user', value: randomUUID(), reason: 'seen' }),
  addToAllowlist: async () => ({ kind: 'user', value: randomUUID(), reason: 'known' }),
  removeFromBlocklist: () => listed('block'),
  removeFromAllowlist: () => listed('allow'),
  createWebhookEndpoint: async () => ({ url: 'http://127.0.0.1:9/hooks', events: ['dispute.*'] }),
  updateWebhookEndpoint: async () => ({ ...(await endpoint()), description: 'new' }),
  deleteWebhookEndpoint: endpoint,
  rotateWebhookEndpointSecret: endpoint,
  sendTestDelivery: endpoint,
  createApiKey: async () => ({ name: 'till', role: 'service' }),
  revokeApiKey: async () => ({
    id: await insert('api_keys', {
      ...{ id: newId('apiKey'), name: 'n', role: 'service', prefix: randomUUID(), hash: Buffer.from('h') },
      created_by: 'adm_1',
    }),
  }),
  savePackage: async () => ({
    ...{ id: 'new', name: 'New', credits: 7, prices: [{ currency: 'INR', amountCents: 9900 }] },
  }),
};

/** What users do for themselves and operators for users, or for themselves. */
const FOR_USERS: Readonly<Record<string, Prepared>> = {
  spendCredits: async () => ({
    ...{ userId: (await ownCredits()).userId, credits: 1, reason: 'for myself', ...key() },
  }),
  holdCredits: async () => ({
    ...{ userId: (await ownCredits()).userId, credits: 1, reason: 'for myself', ttlSeconds: 60, ...key() },
  }),
  moveCredits: async () => ({
    ...{ userId: (await stand.bought()).userId, toUserId: randomUUID(), credits: 1, reason: 'r', ...key() },
  }),
  settleHold: async () => ({ id: await stand.hold((await ownCredits()).userId, 10), credits: 1, ...key() }),
  releaseHold: async () => ({ id: await holdOf() }),
  cancelIntent: async () => {
    const user: Caller = { id: randomUUID(), role: 'user' };
    const { intent } = await createIntent(stand.app.deps, user, { packageId: 'small', provider: 'stripe' });
    return { id: intent.id };
  },
};

const ALL = { ...OPERATORS, ...FOR_USERS };

const entries = (action: string) =>
  stand.rows('select actor, role, reason, diff from audit_log where action = $1 and actor = $2', [
    action,
    admin.id,
  ]);

// What background work alone writes, or moves from a row to its total whenever a round comes: a fold between two looks
// is no effect of the mutation. Reviews themselves are in `risk_reviews`, attempts in `risk_decisions`: both are looked at.
const BACKGROUND =
  '^(seal|receipts|positions|turns|processes|quarantine|risk_tallies|risk_minutes|risk_review_steps|risk_review_totals)';

/** A fingerprint of each table of the product but those of the background. */
async function standing(): Promise<Record<string, string>> {
  const tables = await stand.rows(
    "select tablename as name from pg_tables where schemaname = 'public' and tablename !~ $1",
    [BACKGROUND],
  );
  const prints: Record<string, string> = {};
  for (const { name } of tables) {
    const text = `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as print from "${name}" t`;
    prints[name] = (await stand.rows(text))[0]?.print;
  }
  return prints;
}

/** The same once what the background does of the row's making is done: two looks that are alike. */
async function still(): Promise<Record<string, string>> {
  let last = await standing();
  return eventually(
    async () => {
      const before = last;
      await pause(STILL_MS);
      last = await standing();
      return { before, last };
    },
    ({ before, last }) => isDeepStrictEqual(before, last),
  ).then(({ last }) => last);
}

it('every mutation that asks for an operator has a row here', () => {
  const served = Object.keys(schema.getMutationType()?.getFields() ?? {});
  const theirs = served.filter((name) => REQUIRED_ROLES.has(`Mutation.${name}`));
  expect(theirs.sort()).toEqual(Object.keys(OPERATORS).sort());
});

it.each(Object.entries(ALL))('%s does not happen when it cannot be written down', async (name, prepare) => {
  const input = await prepare();
  await stand.owner.query('revoke insert on audit_log from credits_gateway_app');
  try {
    const before = await still();
    const { errors } = await call(name, input);
    expect(errors).toHaveLength(1);
    const after = await standing();
    expect(after).toEqual(before);
  } finally {
    await stand.owner.query('grant insert on audit_log to credits_gateway_app');
  }
});

it.each(Object.entries(ALL))('%s is written down once when it is carried out', async (name, prepare) => {
  const input = await prepare();
  const before = await entries(name);
  const { data, errors } = await call(name, input);
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ [name]: { errors: [] } });
  const after = await entries(name);
  expect(after.length - before.length).toBe(1);
  const reason = input?.reason ?? (name === 'addNote' ? undefined : input?.note);
  if (reason !== undefined) expect(after.map((entry) => entry.reason)).toContain(reason);
});

describe('What the provider says when an operator asks', () => {
  const standingOf = (id: string) =>
    stand.rows('select status, version, timeline_sequence, grant_journal_id from intents where id = $1', [
      id,
    ]);

  it('is not applied when it cannot be written down who asked', async () => {
    const { id } = await stand.paidUnseen();
    await stand.owner.query('revoke insert on audit_log from credits_gateway_app');
    try {
      const before = await standingOf(id);
      expect((await call('syncIntent', { id })).errors).toHaveLength(1);
      const after = await standingOf(id);
      expect(after).toEqual(before);
    } finally {
      await stand.owner.query('grant insert on audit_log to credits_gateway_app');
    }
  });

  it('is written down once, also of an intent with several news at once', async () => {
    const paid = await stand.paidUnseen();
    const before = await entries('syncIntent');
    expect((await call('syncIntent', { id: paid.id })).data).toMatchObject({ syncIntent: { errors: [] } });
    expect(await standingOf(paid.id)).toMatchObject([{ status: 'succeeded' }]);
    expect((await entries('syncIntent')).length - before.length).toBe(1);
    await call('syncIntent', { id: paid.id });
    expect((await entries('syncIntent')).length - before.length).toBe(2);
  });

  it('is not written down when the provider does not answer, for nothing happened', async () => {
    const { id } = await stand.paidUnseen();
    const before = await entries('syncIntent');
    stand.isCutOff = true;
    const { data } = await call('syncIntent', { id });
    stand.isCutOff = false;
    expect(data).toMatchObject({ syncIntent: { errors: [{ code: 'PROVIDER_UNAVAILABLE' }] } });
    expect(await entries('syncIntent')).toEqual(before);
  });
});

it.each(['refundIntent', 'adjustCredits'])(
  '%s that waits for a second person is written down',
  async (name) => {
    const amount = name === 'refundIntent' ? { amountCents: 5000 } : { credits: 500 };
    const input = { ...(await ALL[name]?.()), ...amount };
    const before = await entries(name);
    for (const _ of ['asked', 'asked again'])
      expect((await call(name, input)).data).toMatchObject({
        [name]: { errors: [{ code: 'APPROVAL_REQUIRED' }] },
      });
    const after = await entries(name);
    expect(after.length - before.length).toBe(1);
    expect(after.filter(({ diff }) => /^apr_/.test(diff.approvalId ?? ''))).toHaveLength(1);
  },
);

it('what users do for themselves is not', async () => {
  const { userId } = await stand.bought();
  await stand.hold(userId, 1);
  expect(await stand.rows('select 1 from audit_log where actor = $1', [userId])).toEqual([]);
});
