// Runs a plan (plan.ts) as the specification says, section 6: what graphql-js does, without working out for each request
// what the document alone decides.
import {
  type ExecutionResult,
  type GraphQLError,
  type GraphQLField,
  type GraphQLResolveInfo,
  getArgumentValues,
  getVariableValues,
  locatedError,
  responsePathAsArray,
} from 'graphql';
import type { Context } from './context';
import type { Field, Plan } from './plan';

/** As graphql-js keeps it: whoever stands inside of something shares its object. */
export type Path = GraphQLResolveInfo['path'];

export interface Running {
  readonly plan: Plan;
  readonly context: Context;
  readonly variables: Record<string, unknown>;
  readonly errors: Errors;
}

/** Makes of what a resolver answered what stands in the answer, or a promise of it. */
export type Complete = (running: Running, field: Field, path: Path | undefined, value: unknown) => unknown;

/** @param variables as they came. @returns as graphql-js's `execute` */
export function runPlan(
  plan: Plan,
  context: Context,
  variables: Readonly<Record<string, unknown>>,
): ExecutionResult | Promise<ExecutionResult> {
  const { schema, operation, fields } = plan;
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: ERRORS_MAX,
  });
  if (coerced.errors) return { errors: coerced.errors };
  const errors = new Errors();
  const running: Running = { plan, context, variables: coerced.coerced, errors };
  const failed = (error: unknown) => {
    errors.add(error as GraphQLError, undefined);
    return errors.beside(null);
  };
  try {
    const data =
      operation.operation === 'mutation'
        ? resolveInTurn(running, fields, {}, 0)
        : resolveFields(running, fields, undefined, undefined);
    return isPromise(data) ? data.then((whole) => errors.beside(whole), failed) : errors.beside(data);
  } catch (error) {
    return failed(error);
  }
}

// As graphql-js, of whose messages about variables no client needs more.
const ERRORS_MAX = 50;

/** Errors of fields, none of which stands inside of what another one made null. */
class Errors {
  private readonly nulled = new Set<Path | undefined>();
  private readonly list: GraphQLError[] = [];

  add(error: GraphQLError, path: Path | undefined): void {
    for (let at = path; at !== undefined; at = at.prev) if (this.nulled.has(at)) return;
    if (this.nulled.has(undefined)) return;
    this.nulled.add(path);
    this.list.push(error);
  }

  beside(data: unknown): ExecutionResult {
    return (this.list.length === 0 ? { data } : { errors: this.list, data }) as ExecutionResult;
  }
}

export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

type Answer = Record<string, unknown>;

function resolveInTurn(
  running: Running,
  fields: readonly Field[],
  answer: Answer,
  from: number,
): Answer | Promise<Answer> {
  for (let at = from; at < fields.length; at++) {
    const field = fields[at] as Field;
    const result = resolveField(running, field, undefined, undefined);
    if (isPromise(result))
      return result.then((value) => {
        answer[field.key] = value;
        return resolveInTurn(running, fields, answer, at + 1);
      });
    answer[field.key] = result;
  }
  return answer;
}

export function resolveFields(
  running: Running,
  fields: readonly Field[],
  source: unknown,
  path: Path | undefined,
): Answer | Promise<Answer> {
  const answer: Answer = {};
  let hasPromise = false;
  try {
    for (const field of fields) {
      const result = resolveField(running, field, source, path);
      answer[field.key] = result;
      if (isPromise(result)) hasPromise = true;
    }
  } catch (error) {
    if (!hasPromise) throw error;
    // The others may fail as well, and somebody has to hear of it.
    return whole(answer).finally(() => {
      throw error;
    });
  }
  return hasPromise ? whole(answer) : answer;
}

async function whole(answer: Answer): Promise<Answer> {
  const keys = Object.keys(answer);
  const values = await Promise.all(Object.values(answer));
  keys.forEach((key, at) => {
    answer[key] = values[at];
  });
  return answer;
}

function resolveField(running: Running, field: Field, source: unknown, within: Path | undefined): unknown {
  // Of a plain value nobody asks where it stands, unless something is wrong with it.
  let path = field.isPlain ? undefined : at(within, field);
  try {
    const value = field.resolve
      ? field.resolve(source, argumentsOf(running, field), running.context, infoOf(running, field, path))
      : propertyOf(running, field, source, within, path);
    let completed: unknown;
    if (isPromise(value)) {
      path ??= at(within, field);
      completed = value.then((resolved) => field.complete(running, field, path, resolved));
    } else completed = field.complete(running, field, path, value);
    if (!isPromise(completed)) return completed;
    return completed.then(undefined, (error) => failedAt(running, field, path, field.isRequired, error));
  } catch (error) {
    return failedAt(running, field, path ?? at(within, field), field.isRequired, error);
  }
}

function propertyOf(
  running: Running,
  field: Field,
  source: unknown,
  within: Path | undefined,
  path: Path | undefined,
): unknown {
  if ((typeof source !== 'object' && typeof source !== 'function') || source === null) return undefined;
  const value = (source as Record<string, unknown>)[field.name];
  if (typeof value !== 'function') return value;
  const info = infoOf(running, field, path ?? at(within, field));
  return value.call(source, argumentsOf(running, field), running.context, info);
}

const at = (prev: Path | undefined, field: Field): Path => ({
  prev,
  key: field.key,
  typename: field.parent.name,
});

const argumentsOf = (running: Running, { takesArguments, definition, nodes: [node] }: Field) =>
  takesArguments && node
    ? getArgumentValues(definition as GraphQLField<unknown, unknown>, node, running.variables)
    : {};

export function infoOf(running: Running, field: Field, path: Path | undefined): GraphQLResolveInfo {
  const { schema, fragments, operation } = running.plan;
  return {
    fieldName: field.name,
    fieldNodes: field.nodes,
    returnType: field.definition.type,
    parentType: field.parent,
    path: path as Path,
    schema,
    fragments,
    rootValue: undefined,
    operation,
    variableValues: running.variables,
  };
}

/** Null in place of what failed where that may be, and the error beside it; else it goes on to what is around it. */
export function failedAt(
  running: Running,
  { nodes }: Field,
  path: Path | undefined,
  isRequired: boolean,
  error: unknown,
): null {
  const located = locatedError(error, nodes, responsePathAsArray(path));
  if (isRequired) throw located;
  running.errors.add(located, path);
  return null;
}
