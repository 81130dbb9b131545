import fs from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  NoDeprecatedCustomRule,
  parse,
  validate,
} from 'graphql';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { paidIntents, support, useAsking } from './asking';

interface Deprecated {
  readonly coordinate: string;
  readonly reason: string;
  /** Names that stand beside it: one of them is what to use instead. */
  readonly siblings: readonly string[];
}

interface Member {
  readonly name: string;
  readonly deprecationReason?: string | null;
}

function deprecatedIn(schema: GraphQLSchema): Deprecated[] {
  const among = (members: readonly Member[], place: string): Deprecated[] =>
    members.flatMap(({ name, deprecationReason }) =>
      typeof deprecationReason === 'string'
        ? [
            {
              coordinate: `${place}.${name}`,
              reason: deprecationReason,
              siblings: members
                .filter((other) => typeof other.deprecationReason !== 'string')
                .map((other) => other.name),
            },
          ]
        : [],
    );
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return [];
    if (isEnumType(type)) return among(type.getValues(), type.name);
    if (isInputObjectType(type)) return among(Object.values(type.getFields()), type.name);
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const fields = Object.values(type.getFields());
    return [
      ...among(fields, type.name),
      ...fields.flatMap(({ name, args }) => among(args, `${type.name}.${name}`)),
    ];
  });
}

/** True when the reason names, in code, something that stands beside what is deprecated or elsewhere in the schema. */
function namesReplacement({ reason, siblings }: Deprecated): boolean {
  const [, name = ''] = /^Use `([A-Za-z.]+)`/.exec(reason) ?? [];
  return siblings.includes(name);
}

const schema = buildGatewaySchema();
const deprecated = deprecatedIn(schema);

test('whatever is deprecated says what to use instead', () => {
  expect(deprecated.length).toBeGreaterThan(0);
  expect(deprecated.filter((one) => !namesReplacement(one))).toEqual([]);
});

test.each([
  ['Use `b`: the same.', true],
  ['No longer supported', false],
  ['Use `c`.', false],
  ['', false],
])('of a field beside b, "%s" names what to use: %s', (reason, expected) => {
  const [one] = deprecatedIn(buildSchema(`type Query { a: Int @deprecated(reason: "${reason}") b: Int }`));
  expect(namesReplacement(one as Deprecated)).toBe(expected);
});

const root = path.join(__dirname, '..', '..');
const documents = ['schema/operations', 'web', 'packages'].flatMap((folder) =>
  fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.graphql') && !name.includes('node_modules'))
    .map((name) => path.join(folder, name)),
);

test('no operation of our own asks for what is deprecated', () => {
  const fragments = documents
    .map((name) => fs.readFileSync(path.join(root, name), 'utf8'))
    .flatMap((text) => parse(text).definitions);
  const errors = validate(schema, { kind: 'Document', definitions: fragments } as never, [
    NoDeprecatedCustomRule,
  ]);
  expect(documents.length).toBeGreaterThan(60);
  expect(errors.map(({ message }) => message)).toEqual([]);
});

describe('an amount by its older name', () => {
  const asking = useAsking();
  const finance = { id: 'fin_1', role: 'finance' } as const;
  const refund = (input: object) =>
    asking.data(
      finance,
      'mutation ($input: RefundIntentInput!) { refundIntent(input: $input) { errors { code path message } } }',
      { input },
    );

  test('is the same amount, and both together are refused', async () => {
    const [id] = await paidIntents(asking, 'priced', 1);
    const { intent } = await asking.data(
      support,
      `query ($id: ID!) { intent(id: $id) { amountMinor amountCents amount { amountMinor } package { amountMinor amountCents }
         minor: refundPreview(amountMinor: "100") { amount { amountMinor } }
         cents: refundPreview(amountCents: 100) { amount { amountMinor } } } }`,
      { id },
    );
    expect(intent.amountMinor).toBe(intent.amount.amountMinor);
    expect(intent.amountCents).toBe(Number(intent.amountMinor));
    expect(intent.package.amountCents).toBe(Number(intent.package.amountMinor));
    expect(intent.minor).toEqual({ amount: { amountMinor: '100' } });
    expect(intent.cents).toEqual(intent.minor);

    const more = { intentId: id, reason: 'r', idempotencyKey: 'both' };
    const { refundIntent } = await refund({ ...more, amountMinor: '100', amountCents: 100 });
    expect(refundIntent.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'amountMinor'] }]);
    const { data } = await asking.ask(
      support,
      'query ($id: ID!) { intent(id: $id) { refundPreview(amountMinor: "9223372036854775807") { amount { amountMinor } } } }',
      { id },
    );
    expect(data?.['intent']).toEqual({ refundPreview: null });
  });

  test('finds the same purchases, also beyond what any payment is', async () => {
    const found = async (filter: object) =>
      (
        await asking.data(
          support,
          'query ($filter: IntentFilter) { intents(filter: $filter) { totalCount } }',
          {
            filter,
          },
        )
      ).intents.totalCount;
    expect(await found({ amountMinor: { gte: '1', lte: '9223372036854775807' } })).toBe(await found({}));
    expect(await found({ amountMinor: { gte: '9223372036854775807' } })).toBe(0);
    expect(await found({ amountCents: { gte: 1 } })).toBe(await found({ amountMinor: { gte: '1' } }));
    const { errors } = await asking.ask(
      support,
      '{ intents(filter: { amountMinor: { gte: "1" }, amountCents: { gte: 1 } }) { totalCount } }',
    );
    expect(errors?.[0]?.message).toContain('older name');
  });

  test('is a price, and a price without an amount is refused', async () => {
    const save = (price: object) =>
      asking.data(
        { id: 'adm_1', role: 'admin' },
        'mutation ($input: SavePackageInput!) { savePackage(input: $input) { package { amountMinor } errors { code path } } }',
        { input: { id: 'tiny', name: 'Tiny', credits: 1, prices: [price] } },
      );
    for (const price of [{ amountMinor: '5100' }, { amountCents: 5100 }])
      expect((await save({ currency: 'INR', ...price })).savePackage).toEqual({
        package: { amountMinor: '5100' },
        errors: [],
      });
    expect((await save({ currency: 'INR' })).savePackage.errors).toEqual([
      { code: 'INVALID_INPUT', path: ['input', 'prices'] },
    ]);
  });
});
