// Who may do what, for every field that is served. What asks for a role is read from @auth; every other root field has a row in
// web/docs/site/reach.ts, so that a new field without either fails.
import { randomUUID } from 'node:crypto';
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  graphql,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
  subscribe,
} from 'graphql';
import { type Caller, hasRole, type Role } from '../../src/callers/caller';
import { holdCredits } from '../../src/credits/hold';
import { formatError } from '../../src/graphql/errors';
import { REQUIRED_ROLES } from '../../src/graphql/required-roles';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { reachOf } from '../../web/docs/site/reach';
import { paidIntents, useAsking } from './asking';

const asking = useAsking();
const schema = buildGatewaySchema();

/** Fields of Admin that ask for nothing more than Admin does. */
const FOR_ALL_OPERATORS = new Set(
  ['webhookEvents', 'webhookEndpoints', 'deliveries', 'disputes', 'refunds', 'wallets', 'health'].concat([
    'walletMemberships',
    ...['gatewayId', 'cell'],
    'riskReviews',
    'riskDecisions',
    ...['riskAttack', 'riskAttacks', 'riskMinutes'],
    ...['campaigns', 'creditGrants', 'promoCodes', 'usage'],
    'blocklist',
    'allowlist',
    'riskRules',
  ]),
);

/** Types of which nobody below support may hold one, whatever way it goes. */
const OPERATORS_ONLY = new Set([
  ...[
    'Admin',
    'WebhookEndpoint',
    'Delivery',
    'Campaign',
    'PromoCode',
    'JournalEntry',
    'JournalLine',
    'AccountBalance',
    'LedgerAccount',
    'RelatedIntent',
    ...['MonthEnd', 'AccountPeriod', 'PackageLiability', 'ProviderPeriod'],
    ...['DisputeEvidence', 'DisputeAnswer', 'EvidenceFile'],
  ],
  ...[
    'ReconciliationRun',
    'ReconciliationBreak',
    'RiskReview',
    'RiskDecision',
    'RiskSignal',
    ...['RiskAttack', 'RiskMinute'],
    'Metrics',
    'CurrencyTotals',
  ],
  'WalletMembership',
  ...['MetricPoint', 'PackageMetrics', 'FunnelStep', 'AuditEntry', 'ExportJob', 'Approval', 'LedgerCheck'],
  ...['GrantsImport', 'GrantsImportOutcome', 'GrantsImportRefusal'],
  ...[
    'ApiKey',
    'BlocklistEntry',
    'AllowlistEntry',
    'RiskRuleSet',
    ...[
      'RiskBacktest',
      'RiskBacktestCounts',
      'RiskBacktestDecision',
      'RiskBacktestChange',
      'RiskBacktestMoney',
    ],
    ...['RiskBacktestRule', 'RiskBacktestScore', 'RiskBacktestPoint', 'RiskBacktestMove'],
    'CreditStatement',
    'CreditValue',
    'Health',
    'HealthCheck',
    'RefundPreview',
  ],
  ...['AdminFeedEvent', 'JobProgressEvent', 'Progress', 'WebhookEvent', 'WebhookAttempt', 'RunningProcess'],
]);

/** Types of which a user may hold their own, or that say nothing about anybody. */
const FOR_USERS = new Set([
  ...['PaymentIntent', 'PaymentMethod', 'PaymentFailure', 'StripeConfirm', 'RazorpayCheckout', 'MockConfirm'],
  ...[
    'IntentEvent',
    'Refund',
    'Dispute',
    'Balance',
    'HistoricBalance',
    'CreditExpiry',
    'CreditLot',
    'CreditHold',
  ],
  ...[
    'CreditTransaction',
    'CheckoutConfig',
    'ProviderConfig',
    'ProviderCapabilities',
    'Money',
    'Package',
    'PackagePrice',
  ],
  ...['Viewer', 'Clock', 'PageInfo', 'IntentStatusEvent', 'BalanceEvent'],
  ...['GenericError', 'InvalidStateError', 'IdempotencyConflictError', 'RetryLaterError', 'RiskBlockedError'],
  'RiskChallengeError',
  ...['StaleFiguresError', 'Figure'],
  // What a back end gave; users ask for neither and find none.
  ...['CreditGrant', 'GrantResult', 'SpendResult', 'LowBalance', 'SpendLimit', 'SpendLimitError'],
  'UserProfile',
  ...['Operation', 'Rate', 'UsagePart', 'UsageCharge', 'SpendEstimate', 'IntentPromo', 'ExpiringCredits'],
  // To its members.
  ...['Wallet', 'WalletMember'],
  ...['UsageReport', 'UsageTotal', 'UsageDay', 'UsageDays', 'UsageDayTotal', 'UsageSpender'],
]);

/** Mock mode alone, where the user is the provider too. */
const EXCEPTIONS = new Set(['SimulatePaymentPayload.webhookEvents']);

const CALLERS: Readonly<Record<string, Caller | null>> = {
  anonymous: null,
  'other user': { id: 'other', role: 'user' },
  user: { id: 'owner', role: 'user' },
  service: { id: 'shop', role: 'service' },
  support: { id: 'sup_1', role: 'support' },
  finance: { id: 'fin_1', role: 'finance' },
  admin: { id: 'adm_1', role: 'admin' },
};

const roots = [
  schema.getQueryType(),
  schema.getMutationType(),
  schema.getSubscriptionType(),
] as GraphQLObjectType[];
const coordinatesOf = (type: GraphQLObjectType) =>
  Object.keys(type.getFields()).map((field) => `${type.name}.${field}`);
const admin = schema.getType('Admin') as GraphQLObjectType;
const members = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType =>
    isObjectType(type) &&
    !type.name.startsWith('__') &&
    !roots.includes(type) &&
    !/(Connection|Edge|Payload)$/.test(type.name),
);

test('every root field, every field of Admin and every type has a row', () => {
  const withoutRow = [
    ...roots.flatMap(coordinatesOf).filter((name) => !REQUIRED_ROLES.has(name) && !reachOf(name)),
    ...coordinatesOf(admin).filter(
      (name) => !REQUIRED_ROLES.has(name) && !FOR_ALL_OPERATORS.has(name.slice('Admin.'.length)),
    ),
    ...members.map(({ name }) => name).filter((name) => !OPERATORS_ONLY.has(name) && !FOR_USERS.has(name)),
  ];
  expect(withoutRow).toEqual([]);
});

test('no way that asks for no role leads to what only operators may hold', () => {
  const reached = new Map<string, string>();
  const visit = (type: unknown, from: string) => {
    if (isUnionType(type)) for (const member of type.getTypes()) visit(member, from);
    // An interface says nothing about who may hold what is behind it: node() is asked below.
    if (!isObjectType(type) || reached.has(type.name)) return;
    reached.set(type.name, from);
    for (const [name, field] of Object.entries(type.getFields())) {
      const coordinate = `${type.name}.${name}`;
      if (!REQUIRED_ROLES.has(coordinate) && !EXCEPTIONS.has(coordinate))
        visit(getNamedType(field.type), `${from} > ${coordinate}`);
    }
  };
  for (const root of roots) visit(root, 'root');

  const wrong = [...reached].filter(([name]) => OPERATORS_ONLY.has(name) && name !== 'Admin');
  expect(wrong).toEqual([]);
  expect(reached.has('PaymentIntent')).toBe(true);
});

/** A value that fits the type, with every id the one given. */
function sample(type: GraphQLInputType, id: string, name = ''): unknown {
  if (isNonNullType(type)) return sample(type.ofType, id, name);
  if (isListType(type)) return [sample(type.ofType, id, name)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const needed = type.isOneOf ? fields.slice(0, 1) : fields.filter((field) => isNonNullType(field.type));
    return Object.fromEntries(needed.map((field) => [field.name, sample(field.type, id, field.name)]));
  }
  return (
    {
      Int: 1,
      Credits: 1,
      BigInt: '1',
      Float: 1,
      Boolean: true,
      DateTime: '2026-01-01T00:00:00.000Z',
      CurrencyCode: 'INR',
      Metadata: {},
    }[type.name] ?? id
  );
}

function operation(parent: string, field: GraphQLField<unknown, unknown>, id: string, more: object = {}) {
  const needed = field.args.filter((arg) => isNonNullType(arg.type) || arg.name in more);
  const values = needed.map((arg) => [arg.name, sample(arg.type, id, arg.name)] as const);
  const named = needed.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const declared = needed.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
  const call = `${field.name}${named && `(${named})`}${selectionOf(field)}`;
  const kind = parent === 'Admin' ? 'query' : parent.toLowerCase();
  const body = parent === 'Admin' ? `admin { ${call} }` : call;
  return {
    source: `${kind} Q${declared && `(${declared})`} { ${body} }`,
    variables: { ...Object.fromEntries(values), ...more },
  };
}

function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  if (isObjectType(type) && type.name.endsWith('Payload')) return ' { errors { code message path } }';
  return 'getFields' in type || isUnionType(type) ? ' { __typename }' : '';
}

/** The codes of an answer, at the top or in a payload; and its data. */
async function told(caller: Caller | null, asked: { source: string; variables: object }) {
  const variableValues = asked.variables as Record<string, unknown>;
  const contextValue = asking.context(caller);
  const result = asked.source.startsWith('subscription')
    ? await subscribe({ schema, document: parse(asked.source), contextValue, variableValues })
    : await graphql({ schema, source: asked.source, contextValue, variableValues });
  if (Symbol.asyncIterator in result) {
    await result.return(undefined);
    return { codes: [], data: 'a stream' };
  }
  const top = result.errors?.map((error) => formatError(error.toJSON(), error, 'r').extensions?.code) ?? [];
  const [payload] = Object.values(result.data ?? {}) as ({ errors?: { code: string }[] } | null)[];
  return { codes: [...top, ...(payload?.errors?.map(({ code }) => code) ?? [])], data: result.data };
}

/** A hold of one credit. */
async function heldCredits(userId: string): Promise<string> {
  const input = { credits: 1n, reason: 'r', ttlSeconds: 60, idempotencyKey: randomUUID() };
  const { hold } = await holdCredits(asking.deps, { id: userId, role: 'user' }, input);
  return hold.id;
}

const PAYERS = ['user', 'service'];

test.each(['spendCredits', 'holdCredits', 'settleHold'])(
  '%s for somebody else is for services alone, and operators hear what a stranger hears',
  async (name) => {
    await paidIntents(asking, 'owner', 1);
    const field = schema.getMutationType()?.getFields()[name] as GraphQLField<unknown, unknown>;
    for (const [who, caller] of Object.entries(CALLERS)) {
      if (!caller) continue;
      const id = name === 'settleHold' ? await heldCredits('owner') : 'owner';
      const asked = operation('Mutation', field, id, { input: undefined });
      const input = sample(field.args[0]?.type as GraphQLInputType, id) as object;
      const owned = name === 'settleHold' ? {} : { userId: 'owner' };
      const variables = { input: { ...input, ...owned, credits: 1, idempotencyKey: randomUUID() } };
      const standing = () => asking.sql("select * from wallets where user_id = 'owner'");
      const before = await standing();
      const { codes } = await told(caller, { ...asked, variables });
      expect([who, codes]).toEqual([who, PAYERS.includes(who) ? [] : ['NOT_FOUND']]);
      if (!PAYERS.includes(who)) expect(await standing()).toEqual(before);
    }
  },
);

const isRefused = (codes: unknown[]) =>
  codes.some((code) => code === 'FORBIDDEN' || code === 'UNAUTHENTICATED');

const served = [...roots, admin].flatMap((type) =>
  Object.values(type.getFields()).map((field) => ({ type, field, coordinate: `${type.name}.${field.name}` })),
);
const asksForRole = served.flatMap(({ type, field, coordinate }) => {
  const role = REQUIRED_ROLES.get(coordinate) ?? (type === admin ? ('support' as Role) : undefined);
  return role
    ? Object.entries(CALLERS).map(([who, caller]) => ({ type, field, coordinate, role, who, caller }))
    : [];
});

test.each(asksForRole)('$coordinate asks $who for $role', async ({ type, field, role, caller }) => {
  const { codes } = await told(caller, operation(type.name, field, 'int_none'));
  if (caller && hasRole(caller, role)) expect(isRefused(codes)).toBe(false);
  else expect(codes[0]).toBe(caller ? 'FORBIDDEN' : 'UNAUTHENTICATED');
});

const others = served.filter(({ coordinate }) => reachOf(coordinate));

test.each(others)('$coordinate asks for a token unless it is public', async ({ type, field, coordinate }) => {
  const { codes } = await told(null, operation(type.name, field, 'int_none'));
  // Whoever asks what nobody priced hears so; whether somebody did is not this test's.
  const isUnpriced = (code: unknown) => coordinate === 'Query.estimateSpend' && code === 'INVALID_INPUT';
  if (reachOf(coordinate) === 'public') expect(codes.filter((code) => !isUnpriced(code))).toEqual([]);
  else expect(codes).toEqual(['UNAUTHENTICATED']);
});

test.each(others.filter(({ coordinate }) => reachOf(coordinate) === 'named'))(
  '$coordinate of somebody else is for services and operators',
  async ({ type, field }) => {
    for (const [who, caller] of Object.entries(CALLERS)) {
      if (!caller) continue;
      const { codes } = await told(caller, operation(type.name, field, 'owner', { userId: 'owner' }));
      expect([who, codes]).toEqual([who, who === 'other user' ? ['FORBIDDEN'] : []]);
    }
  },
);

test.each(others.filter(({ coordinate }) => reachOf(coordinate) === 'given'))(
  '$coordinate is for services and finance, and finds nothing for others',
  async ({ type, field }) => {
    const input = /^grant/.test(field.name)
      ? { campaign: 'none', grants: [{ userId: 'owner', credits: 1, key: 'k', reason: 'r' }] }
      : field.name === 'setSpendLimit'
        ? { userId: 'owner', per: 'day', credits: 500 }
        : field.name === 'reverseSpend'
          ? { transactionId: 'ctx_999999', reason: 'r', idempotencyKey: 'k' }
          : field.name === 'moveCredits'
            ? {
                walletId: `wal_${'0'.repeat(26)}`,
                toUserId: 'owner',
                credits: 1,
                reason: 'r',
                idempotencyKey: 'k',
              }
            : { id: 'grt_none', reason: 'r' };
    for (const [who, caller] of Object.entries(CALLERS)) {
      if (!caller) continue;
      const { codes } = await told(caller, operation(type.name, field, 'none', { input }));
      const mayGive = hasRole(caller, 'service') || hasRole(caller, 'finance');
      expect([who, codes]).toEqual([
        who,
        mayGive && /^(grant|setSpend)/.test(field.name) ? [] : ['NOT_FOUND'],
      ]);
    }
  },
);

test('setLowBalance of somebody else is for services and operators, and finds nothing for others', async () => {
  const field = schema.getMutationType()?.getFields().setLowBalance as GraphQLField<unknown, unknown>;
  for (const [who, caller] of Object.entries(CALLERS)) {
    if (!caller) continue;
    const input = { userId: 'owner', levels: [{ credits: 5 }] };
    const { codes } = await told(caller, operation('Mutation', field, 'none', { input }));
    const isTheirs = caller.id === 'owner' || hasRole(caller, 'service') || hasRole(caller, 'support');
    expect([who, codes]).toEqual([who, isTheirs ? [] : ['NOT_FOUND']]);
  }
});

test('redeemPromoCode for somebody else is for services alone', async () => {
  const field = schema.getMutationType()?.getFields().redeemPromoCode as GraphQLField<unknown, unknown>;
  await asking.sql(
    `insert into campaigns (key, name, budget_credits, created_by, created_at, updated_at)
     values ('codes', 'Codes', 100, 'fin_1', now(), now())`,
  );
  await asking.sql(
    `insert into promo_codes (code, campaign, credits, created_by, created_at)
     values ('ROLES-TABLE', 'codes', 1, 'fin_1', now())`,
  );
  for (const [who, caller] of Object.entries(CALLERS)) {
    if (!caller) continue;
    const input = { code: 'ROLES-TABLE', userId: 'owner' };
    const { codes } = await told(caller, operation('Mutation', field, 'none', { input }));
    expect([who, codes]).toEqual([who, PAYERS.includes(who) ? [] : ['NOT_FOUND']]);
  }
});

test('spendMany is for services alone, and finds nothing for others', async () => {
  const field = schema.getMutationType()?.getFields().spendMany as GraphQLField<unknown, unknown>;
  for (const [who, caller] of Object.entries(CALLERS)) {
    if (!caller) continue;
    const input = { items: [{ userId: 'nobody', credits: 1, key: who, reason: 'r' }] };
    const { codes } = await told(caller, operation('Mutation', field, 'none', { input }));
    expect([who, codes]).toEqual([who, hasRole(caller, 'service') ? [] : ['NOT_FOUND']]);
  }
});

test('upsertUser is for services alone, and finds nothing for others', async () => {
  const field = schema.getMutationType()?.getFields().upsertUser as GraphQLField<unknown, unknown>;
  for (const [who, caller] of Object.entries(CALLERS)) {
    if (!caller) continue;
    const { codes } = await told(caller, operation('Mutation', field, 'none', { input: { id: 'owner' } }));
    expect([who, codes]).toEqual([who, hasRole(caller, 'service') ? [] : ['NOT_FOUND']]);
  }
});

test.each(others.filter(({ coordinate }) => reachOf(coordinate) === 'id'))(
  '$coordinate answers about things of others exactly as about none',
  async ({ type, field, coordinate }) => {
    const isOfHold = /Hold$/.test(coordinate);
    const [paid] = await paidIntents(asking, 'owner', 1);
    const id = isOfHold ? await heldCredits('owner') : paid;
    const asked = (about: string) => {
      const made = operation(type.name, field, about);
      return coordinate === 'Query.intentBy'
        ? { ...made, variables: { lookup: { providerIntentId: about } } }
        : made;
    };
    const other = await told(CALLERS['other user'] as Caller, asked(id as string));
    const absent = await told(CALLERS['other user'] as Caller, asked(isOfHold ? 'hld_none' : 'int_none'));
    expect(other).toEqual(absent);
    expect(isRefused(other.codes)).toBe(false);
    if (isOfHold) expect(other.codes).toEqual(['NOT_FOUND']);
    if (isOfHold || /intent|node|cancel|sync/i.test(coordinate))
      for (const who of ['user', 'service', 'support', 'finance', 'admin']) {
        // A hold is ended once.
        const own = await told(
          CALLERS[who] as Caller,
          asked(isOfHold ? await heldCredits('owner') : (id as string)),
        );
        if (isOfHold) expect([who, own.codes]).toEqual([who, []]);
        if (coordinate !== 'Query.intentBy') expect([who, own]).not.toEqual([who, absent]);
      }
  },
);

test.each(Object.entries(CALLERS).filter(([, caller]) => caller !== null))(
  'viewer.allowedMutations of %s are those that @auth lets through, each of them and no other',
  async (_who, caller) => {
    const { allowedMutations } = (await asking.data(caller, '{ viewer { allowedMutations } }')).viewer;
    const served = Object.values(schema.getMutationType()?.getFields() ?? {});
    const throughAuth: string[] = [];
    for (const field of served) {
      // As it stands in the printed schema, which is what a client reads.
      const auth = field.astNode?.directives?.find(({ name }) => name.value === 'auth')?.arguments?.[0]
        ?.value;
      const role = auth && 'value' in auth ? (auth.value as Role) : null;
      if (role === null || hasRole(caller as Caller, role)) throughAuth.push(field.name);
      // And as it is enforced.
      const { codes } = await told(caller, operation('Mutation', field, 'int_none'));
      expect([field.name, isRefused(codes)]).toEqual([field.name, !allowedMutations.includes(field.name)]);
    }
    expect(allowedMutations).toEqual(throughAuth);
    expect(throughAuth.length).toBeGreaterThan(0);
  },
);

test('what asks for a role inside what one may see is null for everybody else, without an error', async () => {
  const masked = [...REQUIRED_ROLES].filter(
    ([coordinate]) => !/^(Query|Mutation|Subscription|Admin)\./.test(coordinate) && isServed(coordinate),
  );
  expect(masked.map(([coordinate]) => coordinate)).toContain('IntentEvent.data');
  for (const [coordinate, role] of masked) {
    const [typeName = '', fieldName = ''] = coordinate.split('.');
    const field = (schema.getType(typeName) as GraphQLObjectType).getFields()[fieldName];
    for (const caller of Object.values(CALLERS)) {
      if (caller && hasRole(caller, role)) continue;
      const source = { id: 'x', data: { secret: true }, webhookEventId: 'whe_1' };
      expect(await field?.resolve?.(source, {}, asking.context(caller), {} as never)).toBeNull();
    }
  }
});

const isServed = (coordinate: string) => {
  const [type = '', field = ''] = coordinate.split('.');
  const served = schema.getType(type);
  return isObjectType(served) && field in served.getFields();
};
