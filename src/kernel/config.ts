// Every setting, read once from the environment. A bad value is refused at the start, and all bad values are named at
// once, so that nobody fixes them one restart at a time.
import type { z } from 'zod';
import { type ApprovalLimits, approvalLimitsOf } from './approval-limits';
import { DEVELOPMENT_SECRETS } from './development-secrets';
import { mistyped } from './mistyped';
import {
  givenTo,
  keyProblems,
  type ProviderKeys,
  type ProviderSettings,
  providerShape,
  settingsByName,
} from './provider-settings';
import { type ReceiptSettings, receiptSettingsOf } from './receipt-settings';
import { type RiskSettings, riskProblems, riskSettingsOf } from './risk-settings';
import { type Environment, secretProblems, signInProblems, timeProblems } from './setting-problems';
import { type TokenSettings, tokenProblems, tokenSettings } from './token-config';
import { type TracingSettings, tracingSettingsOf } from './tracing-settings';
import { variables } from './variables';

export type Mode = 'mock' | 'test' | 'live';
export type Role = 'all' | 'api' | 'worker';

export interface Config {
  readonly approvalLimits: ApprovalLimits;
  readonly risk: RiskSettings;
  readonly mode: Mode;
  readonly port: number;
  readonly host: string;
  readonly role: Role;
  /** After so many days what was sent, or what providers sent, is dropped; 0: never. */
  readonly deliveriesKeptDays: number;
  readonly webhookEventsKeptDays: number;
  /** After so many days how news of a purchase came is dropped, and long work that ended; 0: never. */
  readonly timelineKeptDays: number;
  readonly jobsKeptDays: number;
  /** Where ROLE=worker answers /healthz, /readyz and /metrics; null: nowhere. */
  readonly workerPort: number | null;
  readonly databaseUrl: string;
  /** The server itself, where databaseUrl leads through a pooler; empty: databaseUrl is it. */
  readonly databaseDirectUrl: string;
  /** How a pooler in front of the database shares its connections; empty: found out at the start. */
  readonly databasePooling: 'session' | 'transaction' | '';
  /** A replica that lists, exports, figures and checks of the ledger are read from; empty: none is. */
  readonly databaseReadUrl: string;
  /** For so long a read waits for the replica to be as far as the primary, and then reads the primary. */
  readonly databaseReadWaitMs: number;
  /** What this deployment is called among several that divide the users; empty: it has all of them. */
  readonly cell: string;
  /** What the gateway is called at the providers, the first one on what is new; empty: as the database says. */
  readonly gatewayIds: readonly string[];
  readonly dataDir: string;
  readonly databaseConnectionsMax: number;
  readonly redisUrl: string;
  readonly allowedOrigins: readonly string[];
  readonly auth: TokenSettings;
  /** The first one makes hashes, all of them are tried, so that a pepper can be replaced. */
  readonly apiKeyPeppers: readonly string[];
  /** The first one encrypts, all of them decrypt, so that a key can be replaced. */
  readonly secretsKeys: readonly string[];
  readonly rateLimits: boolean;
  /** Addresses and ranges whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Empty: there is no /metrics. */
  readonly metricsToken: string;
  readonly paymentsEnabled: boolean;
  readonly intentTtlSeconds: number;
  /** auto: money that bought nothing is sent back by itself. manual: a person does it. */
  readonly unappliedRefund: 'auto' | 'manual';
  /** Within so many days checks of the ledger read everything again; 1: each reads everything. */
  readonly ledgerCheckDays: number;
  /** What the payer sees on the provider's payment sheet. */
  readonly merchantName: string;
  /** What a receipt says of who sold. */
  readonly receipt: ReceiptSettings;
  readonly providerTimeoutMs: number;
  /** By the provider's name. One without keys is disabled and absent. */
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  /** Who may ask the schema about itself: everybody, nobody, or support and above. */
  readonly explorer: 'on' | 'off' | 'support';
  /** A file of the documents that may run, by hash; empty: any may. */
  readonly trustedDocuments: string;
  /** A request that would wait longer than this for those before it is refused at once; 0: none is. */
  readonly admitWithinMs: number;
  /** compiled: a document that was answered once is run from its plan, past Apollo. apollo: each goes the whole way. */
  readonly graphqlLane: 'compiled' | 'apollo';
  /** After this a caller is answered, whatever is still under way. */
  readonly operationTimeoutMs: number;
  /** From its signal on a process says for so long that it is not ready and serves as before; then it ends. */
  readonly drainMs: number;
  /** How long a start waits for a database that is away. */
  readonly startWaitMs: number;
  readonly logLevel: string;
  /** Null: nothing is traced. */
  readonly tracing: TracingSettings | null;
}

/** The configuration is wrong. The message is written for the person who set it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
}

/**
 * Reads the configuration.
 * @param environment usually process.env; an empty value counts as not set.
 * @param providers every provider that could be configured.
 * @throws ConfigError naming every variable that is wrong.
 */
export function configFrom(
  environment: Readonly<Record<string, string | undefined>>,
  providers: readonly ProviderKeys[],
): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { env, malformed } = parse(given, providers);
  const mode = modeOf(env, providers);
  const problems = [
    ...modeProblems(env, mode, providers),
    ...providers.flatMap((keys) => keyProblems(keys, givenTo(keys, env), mode)),
    ...tokenProblems(env, mode),
    ...signInProblems(env, mode),
    ...riskProblems(env),
    ...timeProblems(env, mode),
    ...secretProblems(env, mode, providers),
    ...mistyped(Object.keys(given), new Set(Object.keys(formOf(providers).shape))),
  ];
  // About a variable that is malformed nothing more can be said.
  const sound = problems.filter((problem) => ![...malformed.keys()].some((name) => problem.includes(name)));
  if (malformed.size + sound.length > 0) throw new ConfigError([...malformed.values(), ...sound]);
  return {
    mode,
    port: env.PORT,
    host: env.HOST,
    role: env.ROLE,
    workerPort: env.WORKER_PORT === '' ? null : env.WORKER_PORT,
    databaseUrl: env.DATABASE_URL,
    databaseDirectUrl: env.DATABASE_DIRECT_URL,
    databaseReadUrl: env.DATABASE_READ_URL,
    databaseReadWaitMs: env.DATABASE_READ_WAIT_MS,
    databasePooling: env.DATABASE_POOLING,
    gatewayIds: env.GATEWAY_ID,
    cell: env.CELL,
    dataDir: env.DATA_DIR,
    databaseConnectionsMax: env.DATABASE_CONNECTIONS_MAX,
    redisUrl: env.REDIS_URL,
    allowedOrigins: env.ALLOWED_ORIGINS,
    auth: tokenSettings(
      env,
      env.AUTH_JWT_SECRET ||
        (mode === 'mock' && env.AUTH_JWKS_URL.length === 0 ? DEVELOPMENT_SECRETS.jwt : ''),
    ),
    apiKeyPeppers: orDevelopment(env.API_KEY_PEPPER, mode, DEVELOPMENT_SECRETS.apiKeyPepper),
    secretsKeys: orDevelopment(env.SECRETS_KEY, mode, DEVELOPMENT_SECRETS.secretsKey),
    rateLimits: env.RATE_LIMITS === 'on',
    trustedProxies: env.TRUSTED_PROXIES,
    metricsToken: env.METRICS_TOKEN,
    paymentsEnabled: env.PAYMENTS_ENABLED,
    intentTtlSeconds: env.INTENT_TTL,
    deliveriesKeptDays: env.DELIVERIES_KEPT_DAYS,
    webhookEventsKeptDays: env.WEBHOOK_EVENTS_KEPT_DAYS,
    timelineKeptDays: env.TIMELINE_KEPT_DAYS,
    jobsKeptDays: env.JOBS_KEPT_DAYS,
    ledgerCheckDays: env.LEDGER_CHECK_DAYS,
    unappliedRefund: env.UNAPPLIED_REFUND,
    approvalLimits: approvalLimitsOf(env),
    risk: riskSettingsOf(env, mode),
    merchantName: env.MERCHANT_NAME,
    receipt: receiptSettingsOf(env),
    providerTimeoutMs: env.PROVIDER_TIMEOUT_MS,
    providers: settingsByName(providers, env, mode),
    explorer: env.EXPLORER || (mode === 'live' ? 'support' : 'on'),
    trustedDocuments: env.TRUSTED_DOCUMENTS,
    admitWithinMs: env.ADMIT_WITHIN_MS,
    graphqlLane: env.GRAPHQL_LANE,
    operationTimeoutMs: env.OPERATION_TIMEOUT_MS,
    drainMs: env.DRAIN_SECONDS * 1_000,
    startWaitMs: env.START_WAIT_SECONDS * 1_000,
    logLevel: env.LOG_LEVEL,
    tracing: tracingSettingsOf(env),
  };
}

/** Where this process listens, by its role; null: nowhere. */
export const portOf = ({
  role,
  port,
  workerPort,
}: Pick<Config, 'role' | 'port' | 'workerPort'>): number | null => (role === 'worker' ? workerPort : port);

/** No real person's data is in mock and test mode: there a key that everybody knows will do. */
const orDevelopment = (given: readonly string[], mode: Mode, development: string): readonly string[] =>
  given.length > 0 || mode === 'live' ? given : [development];

/** Every variable that is read. */
const formOf = (providers: readonly ProviderKeys[]) =>
  variables.extend(Object.assign({}, ...providers.map(providerShape)) as Record<string, z.ZodType>);

/** What was given, with a message for each variable that is malformed and the default in its place. */
function parse(
  given: Readonly<Record<string, string | undefined>>,
  providers: readonly ProviderKeys[],
): { env: Environment; malformed: ReadonlyMap<string, string> } {
  const form = formOf(providers);
  const { error } = form.safeParse(given);
  const malformed = new Map(
    error?.issues.map((issue) => [String(issue.path[0]), `${String(issue.path[0])}: ${toldOf(issue)}`]),
  );
  const sound = Object.entries(given).filter(([name]) => !malformed.has(name));
  return { env: form.parse(Object.fromEntries(sound)) as Environment, malformed };
}

/** What is no number is read as one that is none, and nobody wrote that. */
const toldOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_type' && issue.expected === 'number' ? 'this is no number' : issue.message;

/** Whether each provider that has a key has a live one. */
const livesOf = (env: Environment, providers: readonly ProviderKeys[]): boolean[] =>
  providers.flatMap((keys) => {
    const key = givenTo(keys, env)[keys.account];
    return key === '' ? [] : [keys.isLive(key)];
  });

function modeOf(env: Environment, providers: readonly ProviderKeys[]): Mode {
  const lives = livesOf(env, providers);
  if (env.PAYMENTS_MOCK_MODE || lives.length === 0) return 'mock';
  return lives.includes(true) ? 'live' : 'test';
}

function modeProblems(env: Environment, mode: Mode, providers: readonly ProviderKeys[]): string[] {
  const problems: string[] = [];
  if (mode === 'live' && livesOf(env, providers).includes(false))
    problems.push(
      `${providers.map(({ variables: names, account }) => names[account]).join(', ')}: live and test keys cannot be ` +
        'mixed in one process',
    );
  const isLoopback = ['127.0.0.1', '::1', 'localhost'].includes(env.HOST);
  if (mode === 'mock' && !isLoopback && !env.ALLOW_MOCK_ON_NETWORK)
    problems.push(
      `HOST: mock mode gives anyone who can reach it a token, so it listens on loopback only; got ${env.HOST}. ` +
        'Set ALLOW_MOCK_ON_NETWORK=true if that is what you want',
    );
  return problems;
}
