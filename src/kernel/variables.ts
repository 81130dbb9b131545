// The environment's variables: the form of each, and what it is when it is not set.
import { z } from 'zod';
import { approvalVariables } from './approval-limits';
import { CALLER_ROLES, type CallerRole } from './token-config';

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
  WORKER_PORT: z.union([z.literal(''), z.coerce.number().int().min(0).max(65_535)]).default(''),
  ROLE: z.enum(['all', 'api', 'worker']).default('all'),
  DATABASE_URL: text.default(''),
  DATA_DIR: text.default('./.data'),
  DATABASE_CONNECTIONS_MAX: z.coerce.number().int().min(2).max(200).default(10),
  REDIS_URL: text.default(''),
  ALLOWED_ORIGINS: list.default([]),
  AUTH_JWT_SECRET: text.default(''),
  AUTH_JWKS_URL: list.pipe(z.array(z.url())).default([]),
  AUTH_ISSUER: list.default([]),
  AUTH_AUDIENCE: list.default([]),
  AUTH_AUDIENCE_CLAIM: list
    .pipe(z.array(z.string().regex(CLAIM, 'use the name of one claim, e.g. client_id')))
    .default(['aud']),
  AUTH_USER_CLAIM: text.regex(CLAIM, 'use the name of one claim, e.g. sub').default('sub'),
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
  INTENT_TTL: seconds.default(86_400),
  UNAPPLIED_REFUND: z.enum(['auto', 'manual']).default('auto'),
  MERCHANT_NAME: text.default('Credits'),
  ...approvalVariables,
  PROVIDER_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(20_000),
  EXPLORER: z.enum(['', 'on', 'off', 'support']).default(''),
  TRUSTED_DOCUMENTS: text.default(''),
  OPERATION_TIMEOUT_MS: z.coerce.number().int().min(50).max(600_000).default(60_000),
  DRAIN_SECONDS: z.coerce.number().min(0).max(5).default(2),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export type Variables = z.infer<typeof variables>;
