// What a caller writes on a purchase, a spend, a hold or an adjustment for its own books.
import { z } from 'zod';
import { invalidInput } from './problems';
import { isStorable } from './text';

/** Text by key. */
export type Metadata = Readonly<Record<string, string>>;

/** For looking up what has this key with this value. */
export interface MetadataPair {
  readonly key: string;
  readonly value: string;
}

/** As JSON, for what contains it. */
export const documentOf = ({ key, value }: MetadataPair): string => JSON.stringify({ [key]: value });

/** As it comes in: left out, null and nothing in it are the same. */
export interface CallerDataInput {
  readonly reference?: string | null;
  readonly metadata?: Metadata | null;
}

export interface CallerData {
  /** The caller's own number of what it is about, e.g. of an order. */
  readonly reference: string | null;
  readonly metadata: Metadata | null;
}

const REFERENCE_MAX = 255; // As an id or a key.
const KEYS_MAX = 20;
const KEY = /^[A-Za-z0-9_.-]{1,40}$/; // 40 as Stripe's own keys.
const VALUE_MAX = 500; // As Stripe's own values.
const BYTES_MAX = 2_048; // A row stays a row; documents belong elsewhere.

const referenceSchema = z.string().min(1).max(REFERENCE_MAX).refine(isStorable);
// As pairs: an object would lose a key called __proto__.
const pairsSchema = z
  .array(z.tuple([z.string().regex(KEY), z.string().max(VALUE_MAX).refine(isStorable)]))
  .max(KEYS_MAX);

/** @throws Problem INVALID_INPUT */
export function callerDataOf(input: CallerDataInput): CallerData {
  const reference = input.reference ?? null;
  if (reference !== null && !referenceSchema.safeParse(reference).success)
    throw invalidInput(`A reference is text of 1 to ${REFERENCE_MAX} characters.`, 'reference');
  return { reference, metadata: input.metadata ? metadataFrom(input.metadata) : null };
}

function metadataFrom(given: Metadata): Metadata | null {
  const pairs = pairsSchema.safeParse(Object.entries(given));
  if (!pairs.success || Buffer.byteLength(JSON.stringify(given)) > BYTES_MAX)
    throw invalidInput(
      `Metadata has at most ${KEYS_MAX} keys of 1 to 40 letters, digits, _ . or -, each with text of at most ${VALUE_MAX} characters, and is at most ${BYTES_MAX} bytes as JSON.`,
      'metadata',
    );
  return pairs.data.length === 0 ? null : Object.fromEntries(pairs.data);
}

/** For the hash of an input: only what was given, so that keys from before still find what they did. */
export function hashedCallerData({ reference, metadata }: CallerData): Record<string, string> {
  return {
    ...(reference === null ? {} : { reference }),
    ...(metadata === null ? {} : { metadata: canonical(metadata) }),
  };
}

/** The same text for the same pairs, in whichever order they came. */
export const canonical = (metadata: Metadata): string =>
  JSON.stringify(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
