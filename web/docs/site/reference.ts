// The reference: pages of Markdown, written from the schema, the roles that its fields ask for, and the saved operations.
import fs from 'node:fs';
import path from 'node:path';
import {
  astFromValue,
  buildSchema,
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
  type OperationDefinitionNode,
  parse,
  print,
} from 'graphql';
import { REQUIRED_ROLES, WEIGHTS } from '../../../src/graphql/required-roles';
import { type Page, pageOf } from './pages';
import { REACHES, reachOf } from './reach';

type Field = GraphQLField<unknown, unknown>;
type Kind =
  | 'queries'
  | 'mutations'
  | 'subscriptions'
  | 'objects'
  | 'interfaces'
  | 'inputs'
  | 'enums'
  | 'scalars';

const ROLES: Readonly<Record<string, string>> = {
  support: '`support`, `finance` or `admin`',
  finance: '`finance` or `admin`',
  admin: '`admin`',
};

const fileOf = (type: GraphQLNamedType): Kind =>
  isInputObjectType(type)
    ? 'inputs'
    : isEnumType(type)
      ? 'enums'
      : isScalarType(type)
        ? 'scalars'
        : isInterfaceType(type) || isUnionType(type)
          ? 'interfaces'
          : 'objects';

/** One line, and nothing in it that ends a cell of a table. */
const oneLine = (text: string | null | undefined) =>
  (text ?? '')
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;');

function typeLink(type: { toString(): string } & Parameters<typeof getNamedType>[0]): string {
  const named = getNamedType(type as GraphQLNamedType);
  if (isScalarType(named) && isSpecifiedScalarType(named)) return `\`${type}\``;
  return `[\`${type}\`](${fileOf(named)}.md#${named.name.toLowerCase()})`;
}

const deprecated = (item: { deprecationReason?: string | null }) =>
  item.deprecationReason ? ` **Deprecated:** ${oneLine(item.deprecationReason)}` : '';

function defaultOf(item: GraphQLArgument | GraphQLInputField): string {
  if (item.defaultValue === undefined) return '';
  const literal = astFromValue(item.defaultValue, item.type);
  return literal ? ` Default \`${print(literal)}\`.` : '';
}

const said = (item: GraphQLArgument | GraphQLInputField | Field) =>
  `${oneLine(item.description)}${'defaultValue' in item ? defaultOf(item) : ''}${deprecated(item)}`.trim();

/** Who may have the field, where that is not everybody who may have what it is a field of. */
function roleOf(coordinate: string): string {
  const role = REQUIRED_ROLES.get(coordinate);
  return role === undefined ? '' : ` For ${ROLES[role] ?? `\`${role}\``}.`;
}

function inputsTable(items: readonly (GraphQLArgument | GraphQLInputField)[], head: string): string[] {
  if (items.length === 0) return [];
  const rows = items.map((item) => `| \`${item.name}\` | ${typeLink(item.type)} | ${said(item)} |`);
  return [`| ${head} | type | |`, '|---|---|---|', ...rows, ''];
}

function argumentsOf(field: Field): string {
  const list = field.args.map(({ name, type }) => `\`${name}\`: ${typeLink(type)}`);
  return list.length > 0 ? ` Arguments: ${list.join(', ')}.` : '';
}

function fieldsTable(type: { name: string; fields: readonly Field[] }): string[] {
  const rows = type.fields.map((field) => {
    const text = `${said(field)}${argumentsOf(field)}${roleOf(`${type.name}.${field.name}`)}`.trim();
    return `| \`${field.name}\` | ${typeLink(field.type)} | ${text} |`;
  });
  return ['| field | type | |', '|---|---|---|', ...rows, ''];
}

/** The saved operations that ask for a root field, by its name. */
function savedOperations(root: string): Map<string, string> {
  const folder = path.join(root, 'schema', 'operations');
  const saved = new Map<string, string>();
  for (const name of fs.readdirSync(folder).sort()) {
    const text = fs.readFileSync(path.join(folder, name), 'utf8');
    const operation = parse(text).definitions.find(
      (definition): definition is OperationDefinitionNode => definition.kind === 'OperationDefinition',
    );
    for (const selection of operation?.selectionSet.selections ?? [])
      if (selection.kind === 'Field' && !saved.has(selection.name.value))
        saved.set(selection.name.value, text.trim());
  }
  return saved;
}

function callersOf(coordinate: string): string {
  const role = REQUIRED_ROLES.get(coordinate);
  const reach = reachOf(coordinate);
  const who = role ? (ROLES[role] ?? role) : reach ? REACHES[reach] : 'whoever is signed in';
  return `Who may call it: ${who}.`;
}

function rootSection(type: GraphQLObjectType, field: Field, saved: ReadonlyMap<string, string>): string[] {
  const coordinate = `${type.name}.${field.name}`;
  const weight = WEIGHTS[coordinate];
  const example = saved.get(field.name);
  return [
    `## ${field.name}`,
    '',
    ...(field.description ? [oneLine(field.description), ''] : []),
    ...(field.deprecationReason ? [deprecated(field).trim(), ''] : []),
    `Answers ${typeLink(field.type)}. ${callersOf(coordinate)}${weight ? ` It weighs ${weight}.` : ''}`,
    '',
    ...inputsTable(field.args, 'argument'),
    ...(example ? ['```graphql', example, '```', ''] : []),
  ];
}

function rootPage(type: GraphQLObjectType, title: string, saved: ReadonlyMap<string, string>): string {
  const fields = Object.values(type.getFields());
  return [`# ${title}`, '', ...fields.flatMap((field) => rootSection(type, field, saved))].join('\n');
}

function typeSection(schema: GraphQLSchema, type: GraphQLNamedType): string[] {
  const head = [`## ${type.name}`, '', ...(type.description ? [oneLine(type.description), ''] : [])];
  if (isEnumType(type)) return [...head, ...enumTable(type)];
  if (isInputObjectType(type)) return [...head, ...inputsTable(fieldsOfInput(type), 'field')];
  if (isUnionType(type))
    return [
      ...head,
      `One of ${type
        .getTypes()
        .map((member) => typeLink(member))
        .join(', ')}.`,
      '',
    ];
  if (isInterfaceType(type) || isObjectType(type)) {
    const others = isInterfaceType(type) ? schema.getPossibleTypes(type) : type.getInterfaces();
    const word = isInterfaceType(type) ? 'Implemented by' : 'Is a';
    const list =
      others.length > 0 ? [`${word} ${others.map((other) => typeLink(other)).join(', ')}.`, ''] : [];
    return [...head, ...list, ...fieldsTable({ name: type.name, fields: Object.values(type.getFields()) })];
  }
  return head;
}

const fieldsOfInput = (type: GraphQLInputObjectType) => Object.values(type.getFields());

const enumTable = (type: GraphQLEnumType): string[] => [
  '| value | |',
  '|---|---|',
  ...type
    .getValues()
    .map((value) => `| \`${value.name}\` | ${oneLine(value.description)}${deprecated(value)} |`),
  '',
];

const TITLES: Readonly<Record<Exclude<Kind, 'queries' | 'mutations' | 'subscriptions'>, string>> = {
  objects: 'Objects',
  interfaces: 'Interfaces and unions',
  inputs: 'Inputs',
  enums: 'Enums',
  scalars: 'Scalars',
};

/** The pages of the reference. @param root the repository's folder */
export function referencePages(root: string): Page[] {
  const schema = buildSchema(fs.readFileSync(path.join(root, 'schema', 'schema.graphql'), 'utf8'));
  const saved = savedOperations(root);
  const roots = [
    ['queries', 'Queries', schema.getQueryType()],
    ['mutations', 'Mutations', schema.getMutationType()],
    ['subscriptions', 'Subscriptions', schema.getSubscriptionType()],
  ] as const;
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !(isScalarType(type) && isSpecifiedScalarType(type)))
    .filter((type) => !roots.some(([, , root]) => root === type))
    .sort((a, b) => a.name.localeCompare(b.name));
  const written = [
    ...roots.flatMap(([file, title, type]) => (type ? [[file, rootPage(type, title, saved)] as const] : [])),
    ...Object.entries(TITLES).map(([file, title]) => {
      const sections = types
        .filter((type) => fileOf(type) === file)
        .flatMap((type) => typeSection(schema, type));
      return [file, [`# ${title}`, '', ...sections].join('\n')] as const;
    }),
  ];
  return written.map(([file, text]) => pageOf(`docs/reference/${file}.md`, text));
}
