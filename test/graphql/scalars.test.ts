import { parseValue } from 'graphql';
import { BigIntString, Credits, CurrencyCode, DateTime } from '../../src/graphql/scalars';

test('an instant is printed in UTC with milliseconds, wherever it was written', () => {
  expect(DateTime.serialize(DateTime.parseValue('2026-01-31T15:00:00+05:30'))).toBe(
    '2026-01-31T09:30:00.000Z',
  );
  expect(DateTime.parseLiteral(parseValue('"2026-01-31T09:30:00.5Z"')).getTime()).toBe(
    Date.UTC(2026, 0, 31, 9, 30, 0, 500),
  );
});

test.each([
  '2026-01-31',
  '2026-01-31T09:30:00',
  '2026-02-30T00:00:00Z',
  '2026-01-31T24:00:00Z',
  'yesterday',
  '0000-12-31T23:59:59Z',
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59-12:00',
  1,
  null,
  {},
])('%j is no instant', (value) => {
  expect(() => DateTime.parseValue(value)).toThrow();
});

test('the first and the last instant that a database and a clock write alike are taken', () => {
  for (const text of ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']) {
    expect(DateTime.serialize(DateTime.parseValue(text))).toBe(text);
    expect(DateTime.serialize(DateTime.parseLiteral(parseValue(`"${text}"`)))).toBe(text);
  }
  expect(() => DateTime.parseLiteral(parseValue('"0000-01-01T00:00:00Z"'))).toThrow('years 1 to 9999');
});

test('a 64-bit number keeps every digit on its way', () => {
  expect(BigIntString.serialize(9_007_199_254_740_993n)).toBe('9007199254740993');
  expect(BigIntString.parseValue('-9223372036854775808')).toBe(-(2n ** 63n));
  expect(BigIntString.parseLiteral(parseValue('9007199254740993'))).toBe(9_007_199_254_740_993n);
  expect(BigIntString.parseValue(42)).toBe(42n);
});

test.each(['9223372036854775808', '1.5', '1e3', '', '0x1', '+1', ' 1', 2 ** 53, 1.5, true, null])(
  '%j is no 64-bit number',
  (value) => {
    expect(() => BigIntString.parseValue(value)).toThrow('BigInt takes');
  },
);

test('a number that is not a bigint is never sent as one', () => {
  expect(() => BigIntString.serialize(1)).toThrow('not a bigint');
});

test('credits are a JSON number up to 2^53-1, and bigint inside', () => {
  const most = Number.MAX_SAFE_INTEGER;
  expect(Credits.serialize(BigInt(most))).toBe(most);
  expect(Credits.serialize(-3n)).toBe(-3);
  expect(Credits.parseValue(most)).toBe(BigInt(most));
  expect(Credits.parseValue(-0)).toBe(0n);
  expect(Credits.parseLiteral(parseValue(String(most)))).toBe(BigInt(most));
  expect(Credits.parseLiteral(parseValue('-5'))).toBe(-5n);
});

test.each([2 ** 53, -(2 ** 53), 1.5, '1', '', true, null, [1], NaN, Infinity])(
  '%j is no number of credits',
  (value) => {
    expect(() => Credits.parseValue(value)).toThrow('Credits takes a whole number');
  },
);

test.each(['9007199254740992', '1.0', '1e3', '"1"', 'ONE', 'null'])(
  '%s is no literal of credits',
  (literal) => {
    expect(() => Credits.parseLiteral(parseValue(literal))).toThrow('Credits takes a whole number');
  },
);

test('credits that no client could read are never sent', () => {
  expect(() => Credits.serialize(2n ** 53n)).toThrow('Credits takes a whole number');
});

test.each(['inr', 'INRR', 'IN', '', 'IN1', 356, null])('%j is no currency', (value) => {
  expect(() => CurrencyCode.parseValue(value)).toThrow('three upper-case letters');
});

test('a currency is taken from a string alone', () => {
  expect(CurrencyCode.parseLiteral(parseValue('"INR"'))).toBe('INR');
  expect(() => CurrencyCode.parseLiteral(parseValue('INR'))).toThrow('three upper-case letters');
});
