// What a provider is configured with. Each one brings names and rules of its own, the form is the same for all: a key that is
// shown to everybody, a secret one, what its webhook events are checked with, and where it is.
import { z } from 'zod';
import type { Mode } from './config';

/** What a provider's adapter is made with. */
export interface ProviderSettings {
  /** Everybody is shown it: it says who sells. */
  readonly publicKey: string;
  readonly secretKey: string;
  readonly webhookSecrets: readonly string[];
  /** Empty: the real API, or in mock mode the simulator without a socket. */
  readonly apiBase: string;
  /** What the account may be called in a second; null: as often as we like. */
  readonly callRate: { readonly perSecond: number; readonly perOperation: number | null } | null;
}

/** The provider as configuration sees it. */
export interface ProviderKeys {
  readonly name: string;
  /** The environment's variables. */
  readonly variables: {
    readonly publicKey: string;
    readonly secretKey: string;
    readonly webhookSecrets: string;
    readonly apiBase: string;
    readonly callsPerSecond: string;
    /** Where the provider limits each named operation too. */
    readonly callsPerOperation?: string;
  };
  /** The key by which the account is known: without it the provider is disabled. */
  readonly account: 'publicKey' | 'secretKey';
  /** Whether that key moves real money. */
  readonly isLive: (key: string) => boolean;
  /** What mock mode uses. Everybody knows them: no other mode starts with such a webhook secret. */
  readonly mock: { readonly publicKey: string; readonly secretKey: string; readonly webhookSecret: string };
  /** Calls a second that the provider allows; of each operation: null where it has no limit of its own. */
  readonly callRate: { readonly live: number; readonly test: number; readonly perOperation: number | null };
  /** What is wrong with the keys that were given, in words for whoever set them, variable first. */
  readonly problems: (given: GivenKeys, mode: Mode) => readonly string[];
}

/** As they stand in the environment; empty where nothing does. */
export interface GivenKeys {
  readonly publicKey: string;
  readonly secretKey: string;
}

const key = z.string().trim().default('');
/** Separated by commas, so that one can be replaced while the other is still in use. */
const secrets = z
  .string()
  .trim()
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
  .default([]);
const address = z.union([z.literal(''), z.url()]).default('');
/** A rate that is shared by all processes; empty: the provider's own figure. */
const calls = z.union([z.literal(''), z.coerce.number().int().min(1).max(10_000)]).default('');

interface Given extends GivenKeys {
  readonly webhookSecrets: readonly string[];
  readonly apiBase: string;
  readonly callsPerSecond: number | '';
  readonly callsPerOperation: number | '';
}

/** The form of each variable of a provider, by its name in the environment. */
export function providerShape({ variables }: ProviderKeys): Record<string, z.ZodType> {
  const { callsPerOperation } = variables;
  return {
    [variables.publicKey]: key,
    [variables.secretKey]: key,
    [variables.webhookSecrets]: secrets,
    [variables.apiBase]: address,
    [variables.callsPerSecond]: calls,
    ...(callsPerOperation === undefined ? {} : { [callsPerOperation]: calls }),
  };
}

/** What stands in the environment for a provider. @param env read with `providerShape` */
export function givenTo({ variables }: ProviderKeys, env: Readonly<Record<string, unknown>>): Given {
  const { callsPerOperation } = variables;
  return {
    publicKey: env[variables.publicKey] as string,
    secretKey: env[variables.secretKey] as string,
    webhookSecrets: env[variables.webhookSecrets] as string[],
    apiBase: env[variables.apiBase] as string,
    callsPerSecond: env[variables.callsPerSecond] as number | '',
    callsPerOperation: callsPerOperation === undefined ? '' : (env[callsPerOperation] as number | ''),
  };
}

/** By name, those that are enabled. */
export const settingsByName = (
  providers: readonly ProviderKeys[],
  env: Readonly<Record<string, unknown>>,
  mode: Mode,
): Readonly<Record<string, ProviderSettings>> =>
  Object.fromEntries(
    providers.flatMap((keys) => {
      const settings = settingsOf(keys, givenTo(keys, env), mode);
      return settings ? [[keys.name, settings]] : [];
    }),
  );

/** What the adapter is made with; null: the provider has no keys and is disabled. */
function settingsOf(keys: ProviderKeys, given: Given, mode: Mode): ProviderSettings | null {
  const { apiBase } = given;
  const callRate = callRateOf(keys, given, mode);
  if (mode === 'mock') {
    const { publicKey, secretKey, webhookSecret } = keys.mock;
    return { publicKey, secretKey, webhookSecrets: [webhookSecret], apiBase, callRate };
  }
  if (given[keys.account] === '') return null;
  const { publicKey, secretKey, webhookSecrets } = given;
  return { publicKey, secretKey, webhookSecrets, apiBase, callRate };
}

/** The simulator takes as many calls as come, unless somebody sets a rate. */
function callRateOf({ callRate }: ProviderKeys, given: Given, mode: Mode): ProviderSettings['callRate'] {
  const perSecond = given.callsPerSecond || (mode === 'mock' ? null : callRate[mode]);
  return perSecond === null
    ? null
    : { perSecond, perOperation: given.callsPerOperation || callRate.perOperation };
}

/** Keys that are not what they are called, and what is missing beside them. */
export function keyProblems(keys: ProviderKeys, given: Given, mode: Mode): string[] {
  const { variables, account } = keys;
  const problems = [...keys.problems(given, mode)];
  if (mode === 'mock' || given[account] === '') return problems;
  const enabling = variables[account];
  // What never leaves this machine needs no TLS.
  if (mode === 'live' && /^http:\/\/(?!(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:|\/|$))/.test(given.apiBase))
    problems.push(
      `${variables.apiBase}: live keys go over https:// only; leave it empty for the provider's own address`,
    );
  if (given.secretKey === '') problems.push(`${variables.secretKey}: needed beside ${enabling}`);
  if (given.webhookSecrets.length === 0)
    problems.push(
      `${variables.webhookSecrets}: needed beside ${enabling}, without it no payment is ever heard of`,
    );
  return problems;
}
