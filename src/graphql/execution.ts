// Runs what the guard let in: for no longer than a caller waits, and for no longer than its token is good.
import { type ExecutionArgs, type ExecutionResult, execute, subscribe } from 'graphql';
import type { Caller } from '../callers/caller';
import type { Context } from './context';
import { refusal } from './errors';

type Stream = AsyncGenerator<ExecutionResult, void, void>;

/** Answers within `timeoutMs`. What a mutation began goes on: its caller may ask again with the same key. */
export async function executeInTime(args: ExecutionArgs, timeoutMs: number): Promise<ExecutionResult> {
  const work = execute(args);
  if (!(work instanceof Promise)) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ExecutionResult>((resolve) => {
    timer = setTimeout(() => resolve({ errors: [tooLate()] }), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const tooLate = () => refusal('This takes too long; what it began goes on. Ask again.', 'TIMED_OUT');

/** Before each event it is looked anew whether the caller may still hear it; if not, the stream ends with a refusal. */
export async function subscribeWhileCurrent(args: ExecutionArgs): Promise<Stream | ExecutionResult> {
  const stream = await subscribe(args);
  const { caller } = args.contextValue as Context;
  return Symbol.asyncIterator in stream ? whileAllowed(stream, () => isCurrent(caller)) : stream;
}

const isCurrent = (caller: Caller | null) =>
  caller?.expiresAtMs === undefined || caller.expiresAtMs > Date.now();

function whileAllowed(stream: Stream, isAllowed: () => boolean): Stream {
  let isOver = false;
  return {
    ...stream,
    next: async () => {
      if (isOver) return { done: true, value: undefined };
      const next = await stream.next();
      if (next.done || isAllowed()) return next;
      isOver = true;
      await stream.return();
      return {
        done: false,
        value: { errors: [refusal('The token is not valid, or no longer.', 'UNAUTHENTICATED')] },
      };
    },
    return: () => stream.return(),
    throw: (error) => stream.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
