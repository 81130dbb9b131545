// How what a resolver answered becomes what stands in the answer, by the type of its field: one function for each place of a
// document, made with its plan. What is thrown here is a value that we answered against our own schema.
import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  isObjectType,
} from 'graphql';
import { Fault } from '../kernel/invariant';
import type { Field, FieldsOf } from './plan';
import {
  type Complete,
  failedAt,
  infoOf,
  isPromise,
  type Path,
  type Running,
  resolveFields,
} from './run-plan';

export const never =
  (complete: Complete): Complete =>
  (running, field, path, value) => {
    const completed = complete(running, field, path, value);
    if (completed !== null) return completed;
    throw new Fault(`Cannot return null for non-nullable field ${field.parent.name}.${field.name}.`);
  };

export const completeLeaf =
  (type: GraphQLLeafType): Complete =>
  (_running, _field, _path, value) => {
    if (isMissing(value)) return null;
    const serialized = type.serialize(value);
    if (serialized !== null && serialized !== undefined) return serialized;
    throw new Fault(`${type.name} made nothing of a value`);
  };

export const completeList =
  (complete: Complete, isRequired: boolean): Complete =>
  (running, field, path, value) => {
    if (isMissing(value)) return null;
    if (typeof value !== 'object' || !(Symbol.iterator in (value as object)))
      throw new Fault(`${field.parent.name}.${field.name} is no list`);
    const items: unknown[] = [];
    let hasPromise = false;
    try {
      for (const item of value as Iterable<unknown>) {
        const completed = completeItem(running, field, { path, complete, isRequired }, item, items.length);
        if (isPromise(completed)) hasPromise = true;
        items.push(completed);
      }
    } catch (error) {
      // Those before it may fail as well; graphql-js leaves them to nobody, which would end the process.
      for (const item of items) if (isPromise(item)) item.then(undefined, () => undefined);
      throw error;
    }
    return hasPromise ? Promise.all(items) : items;
  };

function completeItem(
  running: Running,
  field: Field,
  list: { path: Path | undefined; complete: Complete; isRequired: boolean },
  item: unknown,
  key: number,
): unknown {
  const { complete, isRequired } = list;
  const path: Path = { prev: list.path, key, typename: undefined };
  try {
    const completed = isPromise(item)
      ? item.then((resolved) => complete(running, field, path, resolved))
      : complete(running, field, path, item);
    if (!isPromise(completed)) return completed;
    return completed.then(undefined, (error) => failedAt(running, field, path, isRequired, error));
  } catch (error) {
    return failedAt(running, field, path, isRequired, error);
  }
}

export const completeObject =
  (type: GraphQLObjectType, fields: FieldsOf): Complete =>
  (running, field, path, value) =>
    isMissing(value) ? null : inside(type, fields, running, field, path, value);

export const completeAbstract =
  (type: GraphQLAbstractType, fields: FieldsOf): Complete =>
  (running, field, path, value) => {
    if (isMissing(value)) return null;
    const resolveType = type.resolveType ?? defaultTypeResolver;
    const name = resolveType(value, running.context, infoOf(running, field, path), type);
    const go = (found: unknown) =>
      inside(memberOf(running, type, found), fields, running, field, path, value);
    return isPromise(name) ? name.then(go) : go(name);
  };

function memberOf({ plan }: Running, type: GraphQLAbstractType, name: unknown) {
  const member = typeof name === 'string' ? plan.schema.getType(name) : undefined;
  if (isObjectType(member) && plan.schema.isSubType(type, member)) return member;
  throw new Fault(`Nothing says which ${type.name} was found`);
}

/** A value that is an error is one that was thrown. */
function isMissing(value: unknown): value is null | undefined {
  if (value instanceof Error) throw value;
  return value === null || value === undefined;
}

function inside(
  type: GraphQLObjectType,
  fieldsOf: FieldsOf,
  running: Running,
  field: Field,
  path: Path | undefined,
  value: unknown,
): unknown {
  const go = (isOne: boolean) => {
    if (isOne) return resolveFields(running, fieldsOf(type), value, path);
    throw new Fault(`What was found is no ${type.name}`);
  };
  if (!type.isTypeOf) return go(true);
  const isOne = type.isTypeOf(value, running.context, infoOf(running, field, path));
  return isPromise(isOne) ? isOne.then(go) : go(isOne as boolean);
}
