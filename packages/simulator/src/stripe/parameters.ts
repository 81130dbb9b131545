// Reads Stripe's parameters, which are all text, and refuses what Stripe would refuse.
import type { Call, Parameters } from '../wire';
import { shownMinimum, stripeTakes } from './currencies';
import { invalidParameter, parameterMissing, parameterUnknown } from './errors';

/** Refuses parameters that the stand-in does not play, so that nobody believes in their effect. */
export function onlyKnown(parameters: Parameters, known: readonly string[]): void {
  for (const name of Object.keys(parameters)) if (!known.includes(name)) throw parameterUnknown(name);
}

export function optionalText(parameters: Parameters, name: string): string | null {
  const value = parameters[name];
  if (value === undefined || value === '') return null;
  if (typeof value !== 'string') throw invalidParameter(name, `Invalid string: ${JSON.stringify(value)}`);
  return value;
}

export function requiredText(parameters: Parameters, name: string): string {
  const value = optionalText(parameters, name);
  if (value === null) throw parameterMissing(name);
  return value;
}

/** Empty when it is absent. */
export function objectOf(parameters: Parameters, name: string): Parameters {
  const value = parameters[name] ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) throw invalidParameter(name, 'Invalid object');
  return value as Parameters;
}

export function optionalInteger(parameters: Parameters, name: string): number | null {
  const value = optionalText(parameters, name);
  if (value === null) return null;
  // 15 digits: still exact as a number.
  if (!/^-?\d{1,15}$/.test(value))
    throw invalidParameter(name, `Invalid integer: ${value}`, 'parameter_invalid_integer');
  return Number(value);
}

// docs.stripe.com/currencies: at most eight digits, but of these.
const AMOUNT_MAX: Readonly<Record<string, number>> = {
  ...{ INR: 999_999_999, COP: 9_999_999_999, HUF: 9_999_999_999, JPY: 9_999_999_999, LBP: 99_999_999_999 },
  IDR: 999_999_999_999,
};
const amountMax = (currency: string) => AMOUNT_MAX[currency] ?? 99_999_999;

/** The amount in minor units and the currency in lower case, as a payment intent carries them. */
export function chargeableAmount(parameters: Parameters): { amount: number; currency: string } {
  const amount = optionalInteger(parameters, 'amount');
  if (amount === null) throw parameterMissing('amount');
  const currency = requiredText(parameters, 'currency').toUpperCase();
  const known = stripeTakes(currency);
  if (!known) throw invalidParameter('currency', `Invalid currency: ${currency.toLowerCase()}.`);
  if (amount < known.minimum)
    throw invalidParameter(
      'amount',
      `Amount must be at least ${shownMinimum(currency, known)} ${currency.toLowerCase()}`,
      'amount_too_small',
    );
  if (amount % known.step !== 0)
    throw invalidParameter(
      'amount',
      `Amount must be a multiple of ${known.step}`,
      'parameter_invalid_integer',
    );
  if (amount > amountMax(currency))
    throw invalidParameter('amount', 'Amount must be no more than eight digits', 'amount_too_large');
  return { amount, currency: currency.toLowerCase() };
}

// docs.stripe.com/metadata: 50 keys of 40 characters, values of 500.
const METADATA = { keysMax: 50, keyLengthMax: 40, valueLengthMax: 500 };

export function metadataOf(parameters: Parameters): Record<string, string> {
  const given = parameters['metadata'];
  if (given === undefined || given === '') return {};
  if (typeof given !== 'object' || given === null) throw invalidParameter('metadata', 'Invalid object');
  const metadata = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string')
      throw invalidParameter(`metadata[${name}]`, 'Metadata values must be strings');
    if (name.length > METADATA.keyLengthMax || value.length > METADATA.valueLengthMax)
      throw invalidParameter(`metadata[${name}]`, 'Metadata keys go up to 40 characters, values up to 500.');
    if (value !== '') metadata[name] = value;
  }
  if (Object.keys(metadata).length > METADATA.keysMax)
    throw invalidParameter('metadata', 'Metadata can have at most 50 keys.');
  return metadata;
}

/** The properties that the caller wants to see whole instead of by id. */
export function expansions(call: Call, allowed: readonly string[]): ReadonlySet<string> {
  const given = call.parameters['expand'] ?? [];
  const paths: unknown[] = Array.isArray(given) ? given : [given];
  for (const path of paths)
    if (typeof path !== 'string' || !allowed.includes(path))
      throw invalidParameter('expand', `This property cannot be expanded (${String(path)}).`);
  return new Set(paths as string[]);
}

/** How long a list is and where it starts. Stripe: 10 unless told, at most 100. */
export function paging(parameters: Parameters): { limit: number; after: string | undefined } {
  const limit = optionalInteger(parameters, 'limit') ?? 10;
  if (limit < 1 || limit > 100)
    throw invalidParameter(
      'limit',
      'Invalid integer: must be between 1 and 100',
      'parameter_invalid_integer',
    );
  return { limit, after: optionalText(parameters, 'starting_after') ?? undefined };
}

/** `created=` or `created[gte]=` and its kin, both ends included, in seconds. */
export function createdRange(parameters: Parameters): { from?: number; until?: number } {
  const given = parameters['created'];
  if (given === undefined) return {};
  if (typeof given === 'string') {
    const at = optionalInteger(parameters, 'created') ?? 0;
    return { from: at, until: at };
  }
  const bounds = given as Parameters;
  onlyKnown(bounds, ['gt', 'gte', 'lt', 'lte']);
  const bound = (name: string, shift: number) => {
    const value = optionalInteger(bounds, name);
    return value === null ? undefined : value + shift;
  };
  const from = bound('gte', 0) ?? bound('gt', 1);
  const until = bound('lte', 0) ?? bound('lt', -1);
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}
