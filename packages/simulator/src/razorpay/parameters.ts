// Reads Razorpay's JSON bodies and queries, and refuses what Razorpay would refuse.
import type { Parameters } from '../wire';
import { razorpayTakes } from './currencies';
import { invalidInput } from './errors';
import type { Notes } from './shapes';

/** Refuses parameters that the stand-in does not play, so that nobody believes in their effect. */
export function onlyKnown(parameters: Parameters, known: readonly string[]): void {
  for (const name of Object.keys(parameters))
    if (!known.includes(name)) throw invalidInput(`${name} is/are not required and should not be sent`);
}

export function optionalText(parameters: Parameters, name: string, lengthMax: number): string | null {
  const value = parameters[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') throw invalidInput(`The ${name} must be a string.`, name);
  if (value.length > lengthMax)
    throw invalidInput(`The ${name} may not be greater than ${lengthMax} characters.`, name);
  return value;
}

/** A whole number, from JSON or from a query. */
export function optionalInteger(parameters: Parameters, name: string): number | null {
  const value = parameters[name];
  if (value === undefined || value === null || value === '') return null;
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw invalidInput(`The ${name} must be an integer.`, name);
  return number;
}

// razorpay.com/docs/api: an order or refund of less than one unit of its currency is refused.
const AMOUNT_MIN = 100;

/** An amount in the smallest unit. */
export function requiredAmount(parameters: Parameters, currency: string): number {
  const amount = optionalInteger(parameters, 'amount');
  if (amount === null) throw invalidInput('The amount field is required.', 'amount');
  if (amount < AMOUNT_MIN) throw invalidInput(`The amount must be at least ${currency} 1.00`, 'amount');
  const step = razorpayTakes(currency)?.step ?? 1;
  if (amount % step !== 0) throw invalidInput(`The amount must be a multiple of ${step}.`, 'amount');
  return amount;
}

// razorpay.com/docs/api: 15 notes of at most 256 characters.
const NOTES = { countMax: 15, lengthMax: 256 };

export function notesOf(parameters: Parameters): Notes {
  const given = parameters['notes'] ?? {};
  if (typeof given !== 'object') throw invalidInput('The notes must be an array.', 'notes');
  const entries = Object.entries(given);
  if (entries.length > NOTES.countMax)
    throw invalidInput('The notes may not have more than 15 keys.', 'notes');
  if (
    entries.some(([name, value]) => name.length > NOTES.lengthMax || String(value).length > NOTES.lengthMax)
  )
    throw invalidInput('The notes may not be longer than 256 characters.', 'notes');
  return entries.length === 0
    ? []
    : Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** `expand[]=payments`: what the caller wants to see whole. */
export function expansions(parameters: Parameters): ReadonlySet<unknown> {
  const given = parameters['expand'] ?? [];
  if (!Array.isArray(given))
    throw invalidInput('expand is/are not required and should not be sent', 'expand');
  return new Set(given);
}

/** How long a list is and where it starts. Razorpay: 10 unless told, at most 100. */
export function paging(parameters: Parameters): { limit: number; skip: number } {
  const limit = optionalInteger(parameters, 'count') ?? 10;
  if (limit < 1) throw invalidInput('The count must be at least 1.', 'count');
  if (limit > 100) throw invalidInput('The count may not be greater than 100.', 'count');
  return { limit, skip: optionalInteger(parameters, 'skip') ?? 0 };
}

/** A list as Razorpay wraps it. */
export const collection = (items: readonly object[]) => ({
  entity: 'collection',
  count: items.length,
  items,
});
