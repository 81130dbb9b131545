// What a refusal of the guard is in HTTP.
import { GraphQLError } from 'graphql';

const STATUSES: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  AUTHENTICATION_UNAVAILABLE: 503,
  TIMED_OUT: 503,
  UNAVAILABLE: 503,
};

/** The status that goes with the error's code; 400 for what is wrong with the request. */
export const statusOf = (error: GraphQLError): number => STATUSES[String(error.extensions.code)] ?? 400;

/** The same with its status where Apollo looks for it, which takes it off before it answers. */
export const withStatus = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status: statusOf(error) } } });
