import { GraphQLError } from 'graphql';
import { type Caller, hasRole, type Role } from '../../callers/caller';
import { callerOf } from '../access';
import type { Context } from '../context';

/**
 * The caller, who holds `role`.
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
