// The saved operations as the explorer offers them: who may run each stands beside it.
import fs from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  type GraphQLObjectType,
  getNamedType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { REQUIRED_ROLES } from '../../src/graphql/required-roles';
import { reachOf } from '../../web/docs/site/reach';
import { roleOfExample, serves } from '../../web/explorer/example-roles';
import { NOTHING, variablesFor, wantedBy } from '../../web/explorer/variables';

const ROOT = path.resolve(__dirname, '..', '..');
const schema = buildSchema(fs.readFileSync(path.join(ROOT, 'schema', 'schema.graphql'), 'utf8'));
const folder = path.join(ROOT, 'schema', 'operations');
const EXAMPLES = fs.readdirSync(folder).map((file) => {
  const source = fs.readFileSync(path.join(folder, file), 'utf8');
  const [operation] = parse(source).definitions as any[];
  return { name: operation.name.value as string, source, operation };
});

/** The roles that its fields ask for. */
function rolesOf(source: string): Set<string> {
  const info = new TypeInfo(schema);
  const roles = new Set<string>();
  const enter = () => {
    const [parent, field] = [info.getParentType() as GraphQLObjectType | null, info.getFieldDef()];
    const role = parent && field && REQUIRED_ROLES.get(`${getNamedType(parent).name}.${field.name}`);
    if (role) roles.add(role);
  };
  visit(parse(source), visitWithTypeInfo(info, { Field: { enter } }));
  return roles;
}

it.each(EXAMPLES.map(({ name, source, operation }) => [name, source, operation] as const))(
  '%s names a role that may run it, and the least one where an operator is asked for',
  (name, source, operation) => {
    const role = roleOfExample(name);
    const asked = [...rolesOf(source)];
    for (const one of asked) expect({ name, may: serves(role, one as never) }).toEqual({ name, may: true });
    if (role === 'finance' || role === 'admin') expect(asked).toContain(role);
    const roots = operation.selectionSet.selections.map(
      (field: any) =>
        `${operation.operation.replace(/^./, (sign: string) => sign.toUpperCase())}.${field.name.value}`,
    );
    for (const root of roots as string[]) {
      const reach = reachOf(root);
      if (reach === 'service' || reach === 'given') expect({ name, role }).toEqual({ name, role: 'service' });
      if (reach === 'self' || reach === 'spent') expect({ name, role }).toEqual({ name, role: 'user' });
    }
  },
);

it.each(EXAMPLES.map(({ name, source, operation }) => [name, source, operation] as const))(
  '%s has every variable that it needs, also where nothing is there yet',
  (name, source, operation) => {
    const given = variablesFor(source, NOTHING);
    const needed = operation.variableDefinitions
      .filter((variable: any) => variable.type.kind === 'NonNullType' && !variable.defaultValue)
      .map((variable: any) => variable.variable.name.value);
    expect({ name, given: Object.keys(given) }).toEqual({ name, given: expect.arrayContaining(needed) });
    expect(JSON.stringify(given)).not.toContain('null');
    for (const wanted of wantedBy(source)) expect(Object.keys(NOTHING)).toContain(wanted);
  },
);
