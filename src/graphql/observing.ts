// How each call of the API ended, by the field that was asked and the code that its caller was told.
import type { GraphQLFieldResolver } from 'graphql';
import { Problem } from '../kernel/problems';
import type { Context } from './context';

type Resolve = GraphQLFieldResolver<unknown, Context>;

/** A root field whose answers are observed. */
export function observing(operation: string, resolve: Resolve): Resolve {
  return (source, args, context, info) => {
    const startedMs = performance.now();
    const tell = (code: string) =>
      context.deps.observed.operation({ operation, code, ms: performance.now() - startedMs });
    const failed = (error: unknown): never => {
      tell(error instanceof Problem ? error.code : 'FAULT');
      throw error;
    };
    try {
      const result = resolve(source, args, context, info);
      if (result instanceof Promise)
        return result.then((payload) => {
          tell(codeOf(payload));
          return payload;
        }, failed);
      tell(codeOf(result));
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
