import { GraphQLError } from 'graphql';
import { type Caller, hasRole, type Role } from '../../callers/caller';
import { callerOf } from '../access';
import type { Context } from '../context';

/**
 * The caller, who holds `role`.
 * @throws GraphQLError UNAUTHENTICATED when nobody signed in, FORBIDDEN for everybody else, whatever was asked about.
 */
export function callerWith(role: Role, context: Context): Caller {
  const caller = callerOf(context);
  if (hasRole(caller, role)) return caller;
  throw new GraphQLError(`This needs the role ${role}.`, { extensions: { code: 'FORBIDDEN' } });
}
