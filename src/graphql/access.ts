// Who may ask for what, where the use case below does not say it itself. Refusals for want of a token or a role are
// top-level errors with Apollo's codes; what merely does not exist for a caller is null.
import { GraphQLError } from 'graphql';
import { type Caller, hasRole, mayReach, type Role } from '../callers/caller';
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
 * The caller, who holds `role`. Fields do not ask for it themselves: they stand in required-roles.ts. Here for what else a
 * role decides, by an argument.
 * @param isForPersons true where an API key does not do, whatever its role.
 * @throws GraphQLError UNAUTHENTICATED when nobody signed in, FORBIDDEN for everybody else, whatever was asked about.
 */
export function callerWith(role: Role, context: Context, isForPersons = false): Caller {
  const caller = callerOf(context);
  if (!hasRole(caller, role)) throw forbidden(`This needs the role ${role}.`);
  if (isForPersons && caller.apiKeyId) throw forbidden('This needs a person: an API key may not do it.');
  return caller;
}

const forbidden = (message: string) => new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });

/**
 * Whose balance or transactions are meant: the user that is named, else the caller.
 * @throws GraphQLError FORBIDDEN for a user who names another one, whether or not that one exists
 * @throws Problem INVALID_INPUT for an id that no user can have
 */
export function userMeant(context: Context, userId: string | null | undefined): string {
  const caller = callerOf(context);
  if (userId === null || userId === undefined) return caller.id;
  if (!mayReach(caller, userId)) throw forbidden('Only service and support may name another user.');
  if (userId.length === 0 || userId.length > 255 || userId.includes('\0'))
    throw new Problem('INVALID_INPUT', 'A user id has 1 to 255 characters.', ['userId']);
  return userId;
}

/** True for support and above: they see calls, webhook events and who did what. */
export const isOperator = (context: Context): boolean =>
  context.caller !== null && hasRole(context.caller, 'support');
