// What the checkout says in each language that comes with it: all of it, in the letters of that language.
import fs from 'node:fs';
import path from 'node:path';
import { en } from '../../packages/client/src/texts/en';
import { hi } from '../../packages/client/src/texts/hi';

const ROOT = path.resolve(__dirname, '..', '..');
const read = (...at: string[]) => fs.readFileSync(path.join(ROOT, ...at), 'utf8');

// What only back ends, operators, or a program that asks wrongly hear of.
const OTHERS = new Set([
  ...[
    'INSUFFICIENT_CREDITS',
    'SPEND_LIMIT_REACHED',
    'MOCK_ONLY',
    'REFUND_EXCEEDS_AMOUNT',
    'APPROVAL_REQUIRED',
  ],
  ...['PROVIDER_DECLINED', 'ALREADY_DECIDED', 'STALE_FIGURES', 'GRAPHQL_PARSE_FAILED'],
  ...['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE'],
  ...['NOT_ACCEPTABLE', 'TOO_COSTLY', 'SUBSCRIPTION_TRANSPORT'],
]);

it('has a Hindi text for every code that a payer can meet, of the gateway and of the client', () => {
  const tables = read('docs', 'errors.md').split('## Status 503')[0] ?? '';
  const ofGateway = [...tables.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) => [
    ...cell.matchAll(/`([A-Z_]{4,})`/g),
  ]);
  const folder = path.join('packages', 'client', 'src');
  const ofClient = fs
    .readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...read(folder, name).matchAll(/Error\(\s*'([A-Z_]{4,})'/g)]);
  const codes = [...ofGateway, ...ofClient].map(([, code = '']) => code).filter((code) => !OTHERS.has(code));
  expect(codes.length).toBeGreaterThan(20);
  expect(codes.filter((code) => !(code in hi.codes))).toEqual([]);
  // What a payer whose card is known to be stolen is told of it.
  expect(hi.codes).toHaveProperty('card_declined');
});

it('leaves no English word in a Hindi text, and writes each in Devanagari', () => {
  const said = Object.entries(hi).flatMap(([name, text]): (readonly [string, string])[] => {
    if (typeof text === 'string') return [[name, text]];
    if (typeof text === 'object') return Object.entries(text);
    return [[name, (text as (...values: (string | number)[]) => string)('1', '2')]];
  });
  expect(said.length).toBeGreaterThan(Object.keys(en).length);
  for (const [name, text] of said) {
    expect([name, text.match(/[a-z]/i)]).toEqual([name, null]);
    expect(text).toMatch(/[\u0900-\u097f]/);
  }
});
