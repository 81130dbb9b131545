// Every setting, read once from the environment. A bad value is refused at the start, and all bad values are named at
// once, so that nobody fixes them one restart at a time.
import { type ApprovalLimits, approvalLimitsOf } from './approval-limits';
import { DEVELOPMENT_SECRETS } from './development-secrets';
import {
  givenTo,
  keyProblems,
  type ProviderKeys,
  type ProviderSettings,
  providerShape,
  settingsByName,
} from './provider-settings';
import { type TokenSettings, tokenProblems, tokenSettings } from './token-config';
import { type Variables, variables } from './variables';

export type Mode = 'mock' | 'test' | 'live';
export type Role = 'all' | 'api' | 'worker';

export interface Config {
  readonly approvalLimits: ApprovalLimits;
  readonly mode: Mode;
  readonly port: number;
  readonly host: string;
  readonly role: Role;
  /** Where ROLE=worker answers /healthz, /readyz and /metrics; null: nowhere. */
  readonly workerPort: number | null;
  readonly databaseUrl: string;
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
  /** What the payer sees on the provider's payment sheet. */
  readonly merchantName: string;
  readonly providerTimeoutMs: number;
  /** By the provider's name. One without keys is disabled and absent. */
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  /** Who may ask the schema about itself: everybody, nobody, or support and above. */
  readonly explorer: 'on' | 'off' | 'support';
  /** A file of the documents that may run, by hash; empty: any may. */
  readonly trustedDocuments: string;
  /** After this a caller is answered, whatever is still under way. */
  readonly operationTimeoutMs: number;
  /** From its signal on a process says for so long that it is not ready and serves as before; then it ends. */
  readonly drainMs: number;
  readonly logLevel: string;
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
    ...secretProblems(env, mode, providers),
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
    unappliedRefund: env.UNAPPLIED_REFUND,
    approvalLimits: approvalLimitsOf(env),
    merchantName: env.MERCHANT_NAME,
    providerTimeoutMs: env.PROVIDER_TIMEOUT_MS,
    providers: settingsByName(providers, env, mode),
    explorer: env.EXPLORER || (mode === 'live' ? 'support' : 'on'),
    trustedDocuments: env.TRUSTED_DOCUMENTS,
    operationTimeoutMs: env.OPERATION_TIMEOUT_MS,
    drainMs: env.DRAIN_SECONDS * 1_000,
    logLevel: env.LOG_LEVEL,
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

type Environment = Variables & Readonly<Record<string, unknown>>;

/** What was given, with a message for each variable that is malformed and the default in its place. */
function parse(
  given: Readonly<Record<string, string | undefined>>,
  providers: readonly ProviderKeys[],
): { env: Environment; malformed: ReadonlyMap<string, string> } {
  const form = variables.extend(Object.assign({}, ...providers.map(providerShape)));
  const { error } = form.safeParse(given);
  const malformed = new Map(
    error?.issues.map(({ path, message }) => [String(path[0]), `${String(path[0])}: ${message}`]),
  );
  const sound = Object.entries(given).filter(([name]) => !malformed.has(name));
  return { env: form.parse(Object.fromEntries(sound)) as Environment, malformed };
}

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

/** Tokens that the issuer gives are worth signing in for where they are believed and were meant for this gateway. */
function signInProblems(env: Variables, mode: Mode): string[] {
  if (!env.AUTH_CLIENT_ID) return [];
  const problems: string[] = [];
  for (const name of ['AUTH_ISSUER', 'AUTH_JWKS_URL', 'AUTH_AUDIENCE'] as const)
    if (env[name].length === 0)
      problems.push(`${name}: needed beside AUTH_CLIENT_ID, for operators to sign in`);
  if (env.AUTH_ROLE_MAP === null)
    problems.push(
      'AUTH_ROLE_MAP: needed beside AUTH_CLIENT_ID; it says which words of the tokens make an operator, such as ' +
        'credits-admin=admin, or everybody who signs in is a user',
    );
  const [issuer] = env.AUTH_ISSUER;
  if (issuer && !(mode === 'live' ? /^https:\/\/./ : /^https?:\/\/./).test(issuer))
    problems.push('AUTH_ISSUER: the address where operators sign in begins with https://');
  if (!env.AUTH_SCOPE.split(' ').includes('openid')) problems.push('AUTH_SCOPE: openid is among its words');
  return problems;
}

function secretProblems(env: Environment, mode: Mode, providers: readonly ProviderKeys[]): string[] {
  if (mode === 'mock') return [];
  const problems: string[] = [];
  if (!env.AUTH_JWT_SECRET && env.AUTH_JWKS_URL.length === 0)
    problems.push('AUTH_JWT_SECRET or AUTH_JWKS_URL: one of them says whose tokens are believed');
  if (mode === 'live') problems.push(...liveProblems(env));
  const development = new Set<string>([
    ...Object.values(DEVELOPMENT_SECRETS),
    ...providers.map(({ mock }) => mock.webhookSecret),
  ]);
  const used = [
    env.AUTH_JWT_SECRET,
    ...providers.flatMap((keys) => givenTo(keys, env).webhookSecrets),
    ...[...env.API_KEY_PEPPER, ...env.SECRETS_KEY],
  ];
  if (used.some((secret) => development.has(secret)))
    problems.push(`a development secret is public knowledge and cannot be used in ${mode} mode`);
  return problems;
}

// Shorter ones can be tried out.
const SECRET_LENGTH_MIN = 32;

function liveProblems(env: Variables): string[] {
  const problems: string[] = [];
  for (const name of ['API_KEY_PEPPER', 'SECRETS_KEY'] as const)
    if (env[name].length === 0 || env[name].some((secret) => secret.length < SECRET_LENGTH_MIN))
      problems.push(
        `${name}: live mode needs one of ${SECRET_LENGTH_MIN} characters or more, e.g. from "openssl rand -hex 32"`,
      );
  if (env.AUTH_JWT_SECRET && env.AUTH_JWT_SECRET.length < SECRET_LENGTH_MIN)
    problems.push(`AUTH_JWT_SECRET: live mode needs ${SECRET_LENGTH_MIN} characters or more`);
  if (env.RATE_LIMITS === 'off') problems.push('RATE_LIMITS: cannot be off in live mode');
  return problems;
}
