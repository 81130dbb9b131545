// The environment's variables: the form of each, and what it is when it is not set.
import { z } from 'zod';
import { approvalVariables } from './approval-limits';
import { receiptVariables } from './receipt-settings';
import { riskVariables } from './risk-settings';
import { databaseAddress, origins, redisAddress } from './setting-forms';
import { CALLER_ROLES, type CallerRole } from './token-config';
import { tracingVariables } from './tracing-settings';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const text = z.string().trim();
const list = text.transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** `24h`, `30m`, `45s` or a number of seconds. */
const seconds = text
  .regex(/^\d{1,9}[smhd]?$/, 'use a number with s, m, h or d, e.g. 24h')
  .transform((value) => {
    const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[value.slice(-1)] ?? 1;
    return Number.parseInt(value, 10) * unit;
  });

// A payer has to be able to pay within it, with 3-D Secure; and no provider keeps a sheet open for longer than its own weeks.
const TTL = { least: 60, most: 30 * 86_400 } as const;
const timeToLive = seconds.refine(
  (value) => value >= TTL.least && value <= TTL.most,
  'a purchase waits for its payer between 60s and 30d; write e.g. 24h',
);

// Providers repeat events for days, and a back end asks for deliveries of last week: a month is the least.
const KEPT_DAYS_MIN = 30;
// A hundred years. PostgreSQL counts no days back from before its calendar begins, and a round that asked it to would fail for ever.
const KEPT_DAYS_MAX = 36_500;
const keptDays = z.coerce
  .number()
  .int()
  .min(0)
  .refine(
    (days) => days === 0 || (days >= KEPT_DAYS_MIN && days <= KEPT_DAYS_MAX),
    `give a number of days from ${KEPT_DAYS_MIN} on, or 0 to keep all; ${KEPT_DAYS_MAX} are the most`,
  );

// The name of a claim, or a path into one.
const CLAIM = /^[\w.:/-]{1,255}$/;

/** `their word=our role`, with commas between. */
const roleMap = list.transform((pairs, context) =>
  pairs.map((pair): readonly [string, CallerRole] => {
    const at = pair.lastIndexOf('=');
    const [word, role] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at < 1 || !(CALLER_ROLES as readonly string[]).includes(role))
      context.addIssue({
        code: 'custom',
        message: `use their-word=role, with commas between, where role is one of ${CALLER_ROLES.join(', ')}`,
      });
    return [word, role as CallerRole];
  }),
);

export const variables = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  HOST: text.default('127.0.0.1'),
  WORKER_PORT: z
    .union([z.literal(''), z.coerce.number().int().min(0).max(65_535)], 'a port from 0 to 65535, or nothing')
    .default(''),
  ROLE: z.enum(['all', 'api', 'worker']).default('all'),
  DATABASE_URL: databaseAddress.default(''),
  DATABASE_DIRECT_URL: databaseAddress.default(''),
  GATEWAY_ID: list
    .pipe(
      z.array(z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, 'use letters, digits, _ and -, at most 40 of them')),
    )
    .default([]),
  CELL: text.max(40).default(''),
  DATABASE_READ_URL: databaseAddress.default(''),
  DATABASE_READ_WAIT_MS: z.coerce.number().int().min(10).max(5_000).default(250),
  DATABASE_POOLING: z.enum(['', 'session', 'transaction']).default(''),
  DATA_DIR: text.default('./.data'),
  DATABASE_CONNECTIONS_MAX: z.coerce.number().int().min(2).max(200).default(10),
  REDIS_URL: redisAddress.default(''),
  ALLOWED_ORIGINS: origins.default([]),
  AUTH_JWT_SECRET: text.default(''),
  AUTH_JWKS_URL: list.pipe(z.array(z.url())).default([]),
  AUTH_ISSUER: list.default([]),
  AUTH_AUDIENCE: list.default([]),
  AUTH_AUDIENCE_CLAIM: list
    .pipe(z.array(z.string().regex(CLAIM, 'use the name of one claim, e.g. client_id')))
    .default(['aud']),
  AUTH_USER_CLAIM: text.regex(CLAIM, 'use the name of one claim, e.g. sub').default('sub'),
  AUTH_EMAIL_CLAIM: text.regex(CLAIM, 'use the name of one claim, e.g. email').default('email'),
  AUTH_NAME_CLAIM: text.regex(CLAIM, 'use the name of one claim, e.g. name').default(''),
  AUTH_CREATED_CLAIM: text
    .regex(CLAIM, 'use the name of one claim, e.g. account_created_at')
    .default('account_created_at'),
  AUTH_ROLE_CLAIM: text.regex(CLAIM, 'use the name of one claim, e.g. app_metadata.role').default('role'),
  AUTH_ROLE_MAP: roleMap.nullable().default(null),
  AUTH_CLIENT_ID: text.default(''),
  AUTH_SCOPE: text.default('openid'),
  API_KEY_PEPPER: list.default([]),
  SECRETS_KEY: list.default([]),
  RATE_LIMITS: z.enum(['on', 'off']).default('on'),
  TRUSTED_PROXIES: list.default([]),
  METRICS_TOKEN: text.default(''),
  PAYMENTS_ENABLED: flag.default(true),
  PAYMENTS_MOCK_MODE: flag.default(false),
  ALLOW_MOCK_ON_NETWORK: flag.default(false),
  INTENT_TTL: timeToLive.default(86_400),
  DELIVERIES_KEPT_DAYS: keptDays.default(0),
  WEBHOOK_EVENTS_KEPT_DAYS: keptDays.default(0),
  TIMELINE_KEPT_DAYS: keptDays.default(0),
  JOBS_KEPT_DAYS: keptDays.default(0),
  LEDGER_CHECK_DAYS: z.coerce.number().int().min(1).max(31).default(7),
  UNAPPLIED_REFUND: z.enum(['auto', 'manual']).default('auto'),
  MERCHANT_NAME: text.default('Credits'),
  ...receiptVariables,
  ...approvalVariables,
  ...riskVariables,
  ...tracingVariables,
  PROVIDER_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(20_000),
  EXPLORER: z.enum(['', 'on', 'off', 'support']).default(''),
  TRUSTED_DOCUMENTS: text.default(''),
  ADMIT_WITHIN_MS: z.coerce.number().int().min(0).max(60_000).default(100),
  GRAPHQL_LANE: z.enum(['compiled', 'apollo']).default('compiled'),
  OPERATION_TIMEOUT_MS: z.coerce.number().int().min(50).max(600_000).default(60_000),
  START_WAIT_SECONDS: z.coerce.number().min(0).max(3_600).default(60),
  DRAIN_SECONDS: z.coerce.number().min(0).max(5).default(2),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export type Variables = z.infer<typeof variables>;
