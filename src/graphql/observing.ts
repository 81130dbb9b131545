// How each call of the API ended, by the field that was asked and the code that its caller was told.
import type { GraphQLFieldResolver } from 'graphql';
import { Problem } from '../kernel/problems';
import type { ObservedOperation, TraceSubject } from '../telemetry/observed';
import type { Context } from './context';

type Resolve = GraphQLFieldResolver<unknown, Context>;

/** A root field whose answers are observed. */
export function observing(type: ObservedOperation['type'], operation: string, resolve: Resolve): Resolve {
  return (source, args, context, info) => {
    const startedMs = performance.now();
    const tell = (code: string, payload?: unknown) => {
      const { requestId, traceparent } = context;
      const { about, isNew } = type === 'mutation' ? purchaseIn(payload) : NO_PURCHASE;
      const ms = performance.now() - startedMs;
      context.deps.observed.operation({ type, operation, code, ms, requestId, traceparent, about, isNew });
    };
    const failed = (error: unknown): never => {
      tell(error instanceof Problem ? error.code : 'FAULT');
      throw error;
    };
    try {
      const result = resolve(source, args, context, info);
      if (result instanceof Promise)
        return result.then((payload) => {
          tell(codeOf(payload), payload);
          return payload;
        }, failed);
      tell(codeOf(result), result);
      return result;
    } catch (error) {
      return failed(error);
    }
  };
}

/** A mutation says in its payload why nothing was done. */
function codeOf(payload: unknown): string {
  const errors = (payload as { errors?: readonly { code?: string }[] } | null)?.errors;
  return (Array.isArray(errors) && errors[0]?.code) || 'ok';
}

const NO_PURCHASE: { readonly about: TraceSubject | null; readonly isNew: boolean } = {
  about: null,
  isNew: false,
};

/** Which purchase a mutation was about, as its payload says. */
function purchaseIn(payload: unknown): typeof NO_PURCHASE {
  const { intent, replayed } = (payload ?? {}) as { intent?: TraceSubject | null; replayed?: boolean };
  return intent ? { about: intent, isNew: replayed === false } : NO_PURCHASE;
}
