// Scalars of the contract. What a well-kept library can do is taken from it, under the contract's name and description.
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSON, GraphQLSafeInt } from 'graphql-scalars';
import { isSafeCredits, jsonCredits } from '../kernel/credits';
import { isStorableInstant } from '../kernel/instants';
import type { Metadata } from '../kernel/metadata';

const isoInstant = GraphQLDateTimeISO.toConfig();

export const DateTime = new GraphQLScalarType<Date, string>({
  ...(isoInstant as object),
  name: 'DateTime',
  // The library writes a date to see whether it is one, and then again; of a page that is a tenth.
  serialize: (value) =>
    value instanceof Date && !Number.isNaN(value.getTime())
      ? value.toISOString()
      : (isoInstant.serialize(value) as unknown as string),
  parseValue: (value) => keptInstant(isoInstant.parseValue(value)),
  parseLiteral: (node, variables) => keptInstant(isoInstant.parseLiteral(node, variables), node),
  description: 'RFC 3339 instant in UTC with milliseconds, e.g. 2026-01-31T09:30:00.000Z.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
});

export const JsonValue = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  name: 'JSON',
  description: 'Any JSON value; provider payloads with personal data and secrets removed.',
  specifiedByURL: null,
});

export const MetadataScalar = new GraphQLScalarType<Metadata, Metadata>({
  name: 'Metadata',
  description:
    'A JSON object of text by key, e.g. {"order": "A-17"}: at most 20 keys of 1 to 40 letters, digits, _ . or -, each with at most 500 characters, 2048 bytes in all.',
  serialize: (value) => metadataFrom(value),
  parseValue: (value) => metadataFrom(value),
  parseLiteral: (node, variables) =>
    metadataFrom(GraphQLJSON.parseLiteral(node, variables ?? undefined), node),
});

export const BigIntString = new GraphQLScalarType<bigint, string>({
  name: 'BigInt',
  description:
    '64-bit signed integer sent as a JSON string, so that JavaScript clients lose nothing above 2^53.',
  serialize: (value) => {
    if (typeof value !== 'bigint')
      throw new GraphQLError('BigInt cannot represent a value that is not a bigint.');
    return value.toString();
  },
  parseValue: bigintFrom,
  parseLiteral: (node) => bigintFrom(textOf(node, Kind.STRING, Kind.INT), node),
});

export const Credits = new GraphQLScalarType<bigint, number>({
  name: 'Credits',
  description:
    'Whole credits as a JSON number, from -(2^53-1) to 2^53-1: every JSON client reads it exactly.',
  serialize: (value) => jsonCredits(creditsFrom(value)),
  parseValue: (value) => creditsFrom(value),
  parseLiteral: (node) => creditsFrom(node.kind === Kind.INT ? BigInt(node.value) : null, node),
});

/** Counts that outgrow an Int. */
export const SafeInt = new GraphQLScalarType<number, number>({
  ...(GraphQLSafeInt.toConfig() as object),
  name: 'SafeInt',
  description: 'A whole number as a JSON number, up to 2^53-1.',
  specifiedByURL: null,
});

export const CurrencyCode = new GraphQLScalarType<string, string>({
  name: 'CurrencyCode',
  description: 'ISO 4217 code in upper case, e.g. INR.',
  serialize: (value) => currencyFrom(value),
  parseValue: currencyFrom,
  parseLiteral: (node) => currencyFrom(textOf(node, Kind.STRING), node),
});

/** What no statement could be given is refused before one is made, whichever argument it is for. */
function keptInstant(value: Date, node?: ValueNode): Date {
  if (isStorableInstant(value)) return value;
  throw new GraphQLError('DateTime takes an instant of the years 1 to 9999.', { nodes: node });
}

const INT64_MAX = 2n ** 63n - 1n;

function bigintFrom(value: unknown, node?: ValueNode): bigint {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  // A number above 2^53 has lost digits before any scalar sees it.
  if (typeof text === 'string' && /^-?\d{1,19}$/.test(text)) {
    const parsed = BigInt(text);
    if (parsed <= INT64_MAX && parsed >= -INT64_MAX - 1n) return parsed;
  }
  throw new GraphQLError('BigInt takes a 64-bit integer as a string of digits.', { nodes: node });
}

function creditsFrom(value: unknown, node?: ValueNode): bigint {
  const credits = Number.isSafeInteger(value) ? BigInt(value as number) : value;
  if (typeof credits === 'bigint' && isSafeCredits(credits)) return credits;
  throw new GraphQLError('Credits takes a whole number, from -(2^53-1) to 2^53-1.', { nodes: node });
}

/** Its limits are a rule of the use cases: whoever breaks one is told of it as of any other input. */
function metadataFrom(value: unknown, node?: ValueNode): Metadata {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject && Object.values(value).every((text) => typeof text === 'string')) return value as Metadata;
  throw new GraphQLError('Metadata takes an object whose values are all text.', { nodes: node });
}

function currencyFrom(value: unknown, node?: ValueNode): string {
  if (typeof value === 'string' && /^[A-Z]{3}$/.test(value)) return value;
  throw new GraphQLError('CurrencyCode takes three upper-case letters, e.g. INR.', { nodes: node });
}

const textOf = (node: ValueNode, ...kinds: Kind[]): unknown =>
  kinds.includes(node.kind) && 'value' in node ? node.value : null;
