// Runs what the guard let in: for no longer than a caller waits, and for no longer than its token is good.
import {
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import type { Caller } from '../callers/caller';
import { throughOutage } from '../db/outage';
import type { Context } from './context';
import { refusal } from './errors';
import { type Plan, planOf } from './plan';
import { runPlan } from './run-plan';
import { subscribeTogether } from './together';

export type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Runs an operation from its plan, which is made once, and by graphql-js what has none. */
export function createExecute(schema: GraphQLSchema): Execute {
  const plans = new WeakMap<OperationDefinitionNode, Plan | null>();
  return (args) => {
    const { document, operationName, contextValue, variableValues } = args;
    const operation = getOperationAST(document, operationName);
    if (!operation) return execute(args);
    let plan = plans.get(operation);
    if (plan === undefined) {
      plan = planOf(schema, document, operation);
      plans.set(operation, plan);
    }
    return plan ? runPlan(plan, contextValue as Context, variableValues ?? {}) : execute(args);
  };
}

type Stream = AsyncGenerator<ExecutionResult, void, void>;

/** Answers within `timeoutMs`. What a mutation began goes on: its caller may ask again with the same key. */
export async function executeInTime(
  run: Execute,
  args: ExecutionArgs,
  timeoutMs: number,
): Promise<ExecutionResult> {
  const work = run(args);
  if (!(work instanceof Promise)) return work;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve({ errors: [tooLate()] }), timeoutMs);
    const answer = (result: ExecutionResult) => {
      clearTimeout(timer);
      resolve(result);
    };
    work.then(answer, (error: unknown) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

const tooLate = () => refusal('This takes too long; what it began goes on. Ask again.', 'TIMED_OUT');

/** Before each event it is looked anew whether the caller may still hear it; if not, the stream ends with a refusal. */
export async function subscribeWhileCurrent(args: ExecutionArgs): Promise<Stream | ExecutionResult> {
  const stream = await subscribeTogether(args);
  const context = args.contextValue as Context;
  return Symbol.asyncIterator in stream ? whileAllowed(stream, context) : stream;
}

const isCurrent = (caller: Caller | null) =>
  caller?.expiresAtMs === undefined || caller.expiresAtMs > Date.now();

/** Null: the caller may hear the next event. */
async function endOf({ caller, mayStillHear }: Context): Promise<GraphQLError | null> {
  if (!isCurrent(caller)) return refusal('The token is not valid, or no longer.', 'UNAUTHENTICATED');
  return !mayStillHear || (await throughOutage(mayStillHear))
    ? null
    : refusal('The wallet was not found.', 'NOT_FOUND');
}

function whileAllowed(stream: Stream, context: Context): Stream {
  let isOver = false;
  return {
    ...stream,
    next: async () => {
      if (isOver) return { done: true, value: undefined };
      const next = await stream.next();
      const end = next.done ? null : await endOf(context);
      if (!end) return next;
      isOver = true;
      await stream.return();
      return { done: false, value: { errors: [end] } };
    },
    return: () => stream.return(),
    throw: (error) => stream.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
