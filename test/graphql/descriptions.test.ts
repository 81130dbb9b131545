import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedDirective,
} from 'graphql';
import { buildGatewaySchema } from '../../src/graphql/schema';

/** Something of the schema that a developer reads about: where it stands, and what is said of it. */
interface Described {
  readonly coordinate: string;
  readonly description: string | null | undefined;
}

function membersOf(type: GraphQLNamedType): Described[] {
  if (isEnumType(type))
    return type
      .getValues()
      .map(({ name, description }) => ({ coordinate: `${type.name}.${name}`, description }));
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map(({ name, description }) => ({
      coordinate: `${type.name}.${name}`,
      description,
    }));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap(({ name, description, args }) => [
    { coordinate: `${type.name}.${name}`, description },
    ...args.map((argument) => ({
      coordinate: `${type.name}.${name}(${argument.name}:)`,
      description: argument.description,
    })),
  ]);
}

const schema = buildGatewaySchema();
const OF_GRAPHQL = ['String', 'Int', 'Float', 'Boolean', 'ID'];
const everything: Described[] = [
  ...Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__') && !OF_GRAPHQL.includes(name))
    .flatMap((type) => [{ coordinate: type.name, description: type.description }, ...membersOf(type)]),
  ...schema.getDirectives().flatMap((directive) =>
    isSpecifiedDirective(directive)
      ? []
      : [
          { coordinate: `@${directive.name}`, description: directive.description },
          ...directive.args.map(({ name, description }) => ({
            coordinate: `@${directive.name}(${name}:)`,
            description,
          })),
        ],
  ),
];

const FILLERS = new Set(
  'a an and are as at be by can for from has have how if in is it its of on or that the their them then this to was what when where which who whose will with'.split(
    ' ',
  ),
);

/** Words without their endings, so that "created" is the word of createdAt and "credits" that of credit. */
const wordsOf = (text: string): string[] =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !FILLERS.has(word))
    .map((word) => word.replace(/(ies|ed|es|e|s|ing)$/u, ''));

/** True when a description says nothing that the name and the place of the thing have not said. */
function repeatsName({ coordinate, description }: Described): boolean {
  const said = new Set(wordsOf(coordinate));
  return wordsOf(description ?? '').every((word) => said.has(word));
}

test('each type, field, argument, input field and enum value is described', () => {
  expect(everything.length).toBeGreaterThan(900);
  const without = everything.filter(({ description }) => !description?.trim());
  expect(without.map(({ coordinate }) => coordinate)).toEqual([]);
});

test('no description only repeats the name', () => {
  expect(
    everything.filter(repeatsName).map(({ coordinate, description }) => [coordinate, description]),
  ).toEqual([]);
});

test.each([
  ['PaymentIntent.createdAt', 'When the payment intent was created.', true],
  ['Query.balance(userId:)', 'The id of the user.', true],
  ['BreakStatus.open', 'Open.', true],
  ['PaymentIntent.createdAt', 'When createIntent stored it.', false],
  ['BreakStatus.open', 'Waits for a person.', false],
])('of %s "%s" only repeats the name: %s', (coordinate, description, expected) => {
  expect(repeatsName({ coordinate, description })).toBe(expected);
});

/** By what a name ends with: the word that says what a number of it is. */
const UNITS: readonly (readonly [RegExp, RegExp])[] = [
  [/Ms$/, /millisecond/i],
  [/(Seconds|ttl)$/, /second/i],
  [/(Minor|Cents)$/, /(minor|smallest) unit/i],
  [/Days$/, /day/i],
  [/[Pp]ercent$/, /percent|0 to 100/i],
];

test('a number that has a unit says which', () => {
  const silent = everything.filter(({ coordinate, description }) =>
    UNITS.some(
      ([name, unit]) => name.test(coordinate.replace(/\(?:?\)?$/, '')) && !unit.test(description ?? ''),
    ),
  );
  expect(silent.map(({ coordinate, description }) => [coordinate, description])).toEqual([]);
});
