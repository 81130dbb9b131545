// Who may ask for what, where the use case below does not say it itself. Refusals for want of a token or a role are
// top-level errors with Apollo's codes; what merely does not exist for a caller is null.
import { GraphQLError } from 'graphql';
import { type Caller, hasRole, mayReach } from '../callers/caller';
import { Problem } from '../kernel/problems';
import type { Context } from './context';

/** The caller. @throws GraphQLError UNAUTHENTICATED when nobody signed in. */
export function callerOf(context: Context): Caller {
  if (context.caller) return context.caller;
  throw new GraphQLError('Sign in first: send a token as Authorization: Bearer.', {
    extensions: { code: 'UNAUTHENTICATED' },
  });
}

/**
 * Whose balance or transactions are meant: the user that is named, else the caller.
 * @throws GraphQLError FORBIDDEN for a user who names another one, whether or not that one exists
 * @throws Problem INVALID_INPUT for an id that no user can have
 */
export function userMeant(context: Context, userId: string | null | undefined): string {
  const caller = callerOf(context);
  if (userId === null || userId === undefined) return caller.id;
  if (!mayReach(caller, userId))
    throw new GraphQLError('Only service and support may name another user.', {
      extensions: { code: 'FORBIDDEN' },
    });
  if (userId.length === 0 || userId.length > 255 || userId.includes('\0'))
    throw new Problem('INVALID_INPUT', 'A user id has 1 to 255 characters.', ['userId']);
  return userId;
}

/** True for support and above: they see calls, webhook events and who did what. */
export const isOperator = (context: Context): boolean =>
  context.caller !== null && hasRole(context.caller, 'support');
