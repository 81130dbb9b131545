// How the gateway deals with the risk of fraud.
import { z } from 'zod';

/**
 * act: what the rules decide is done. observe: it is decided, kept and shown, and nothing is done. off: nothing is decided.
 */
export type RiskMode = 'act' | 'observe' | 'off';

export interface RiskSettings {
  readonly mode: RiskMode;
  /** A review that nobody decided for so long is rejected. */
  readonly reviewHours: number;
  /** What a provider's word of a fraud does to its payment: a person looks at it, or the money goes back at once. */
  readonly warning: 'review' | 'refund';
  /** The header in which a trusted proxy says of which country a request is, in lower case; empty: none does. */
  readonly countryHeader: string;
  /** What a payer is challenged by where the provider cannot do it; null: nothing. */
  readonly captcha: CaptchaSettings | null;
}

export interface CaptchaSettings {
  /** Where its answers are asked about. */
  readonly url: string;
  readonly secret: string;
  readonly siteKey: string;
  /** The script that draws it in a page; null: pages know it themselves. */
  readonly script: string | null;
}

export const riskVariables = {
  RISK: z.enum(['', 'act', 'observe', 'off']).default(''),
  // A person who is asleep, and at most a weekend with a day on either side.
  RISK_REVIEW_HOURS: z.coerce.number().int().min(1).max(96).default(24),
  RISK_WARNING: z.enum(['review', 'refund']).default('review'),
  RISK_COUNTRY_HEADER: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9-]*$/, 'use the name of a header, e.g. cf-ipcountry')
    .default(''),
  RISK_CAPTCHA_URL: z.union([z.literal(''), z.url()]).default(''),
  RISK_CAPTCHA_SECRET: z.string().trim().default(''),
  RISK_CAPTCHA_SITE_KEY: z.string().trim().default(''),
  RISK_CAPTCHA_SCRIPT: z.union([z.literal(''), z.url()]).default(''),
};

interface Given {
  readonly RISK: '' | RiskMode;
  readonly RISK_REVIEW_HOURS: number;
  readonly RISK_WARNING: RiskSettings['warning'];
  readonly RISK_COUNTRY_HEADER: string;
  readonly RISK_CAPTCHA_URL: string;
  readonly RISK_CAPTCHA_SECRET: string;
  readonly RISK_CAPTCHA_SITE_KEY: string;
  readonly RISK_CAPTCHA_SCRIPT: string;
}

/** Where nothing is said: in mock mode nobody is kept from trying things out. */
export const riskSettingsOf = (env: Given, mode: 'mock' | 'test' | 'live'): RiskSettings => ({
  mode: env.RISK || (mode === 'mock' ? 'observe' : 'act'),
  reviewHours: env.RISK_REVIEW_HOURS,
  warning: env.RISK_WARNING,
  countryHeader: env.RISK_COUNTRY_HEADER,
  captcha: env.RISK_CAPTCHA_URL
    ? {
        ...{ url: env.RISK_CAPTCHA_URL, secret: env.RISK_CAPTCHA_SECRET },
        ...{ siteKey: env.RISK_CAPTCHA_SITE_KEY, script: env.RISK_CAPTCHA_SCRIPT || null },
      }
    : null,
});

/** A captcha is its address, its secret and its key together. */
export function riskProblems(env: Given): string[] {
  const parts = ['RISK_CAPTCHA_URL', 'RISK_CAPTCHA_SECRET', 'RISK_CAPTCHA_SITE_KEY'] as const;
  const missing = parts.filter((name) => env[name] === '');
  if (missing.length === parts.length && env.RISK_CAPTCHA_SCRIPT)
    return ['RISK_CAPTCHA_SCRIPT: draws a captcha, and none is set'];
  return missing.length === parts.length
    ? []
    : missing.map((name) => `${name}: needed beside the other two of the captcha`);
}
