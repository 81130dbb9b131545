// Many who follow the same thing are told the same: one event is executed once for everybody who asks the same of it as the same
// caller, and its answer is put into bytes once. What depends on who asks, such as a payer's secret, is never shared.
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import type { Context } from './context';

// Whoever comes to an event later is shown what is so then, as after any pause.
const SHARED_MS = 250;

interface Shared {
  readonly atMs: number;
  readonly result: ExecutionResult | Promise<ExecutionResult>;
}

type Stream = AsyncGenerator<ExecutionResult, void, void>;
type OfOperation = Map<string, Shared>;

/** By the event, which readers of one page share, and by the operation, whose document is parsed once. */
const executed = new WeakMap<object, WeakMap<OperationDefinitionNode, OfOperation>>();

/** As graphql-js subscribes, but each event is executed once for all who ask the same. */
export async function subscribeTogether(args: ExecutionArgs): Promise<Stream | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]() as AsyncIterator<unknown, void>;
  const operation = getOperationAST(args.document, args.operationName);
  const { caller } = args.contextValue as Context;
  const asked = JSON.stringify([caller?.id, caller?.role, caller?.apiKeyId, args.variableValues]);

  function resultOf(event: unknown): ExecutionResult | Promise<ExecutionResult> {
    const run = () => execute({ ...args, rootValue: event });
    if (typeof event !== 'object' || event === null || !operation) return run();
    const answers = answersTo(event, operation);
    const before = answers.get(asked);
    if (before && performance.now() - before.atMs < SHARED_MS) return before.result;
    const result = run();
    answers.set(asked, { atMs: performance.now(), result });
    return result;
  }

  return {
    next: async () => {
      const next = await events.next();
      if (next.done) return { done: true, value: undefined };
      try {
        const result = resultOf(next.value);
        return { done: false, value: result instanceof Promise ? await result : result };
      } catch (error) {
        await events.return?.();
        throw error;
      }
    },
    return: async () => {
      await events.return?.();
      return { done: true, value: undefined };
    },
    throw: async (error: unknown) => {
      await events.throw?.(error);
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  } as unknown as Stream;
}

function answersTo(event: object, operation: OperationDefinitionNode): OfOperation {
  const operations = executed.get(event) ?? new WeakMap<OperationDefinitionNode, OfOperation>();
  executed.set(event, operations);
  const answers = operations.get(operation) ?? new Map<string, Shared>();
  operations.set(operation, answers);
  return answers;
}

const texts = new WeakMap<object, string>();

/** The JSON of an answer without errors, made once for each; null for others, which name the request that they answer. */
export function sharedText(result: ExecutionResult): string | null {
  if (result.errors || !result.data) return null;
  const made = texts.get(result) ?? JSON.stringify({ data: result.data });
  texts.set(result, made);
  return made;
}
