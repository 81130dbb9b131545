// Who calls, and what a role may do. Roles are not a ladder: admin includes finance, finance includes support, and
// service (a back end) stands beside them.
import { CALLER_ROLES, type CallerRole } from '../kernel/token-config';

export const ROLES = CALLER_ROLES;
export type Role = CallerRole;

export interface Account {
  readonly emailDomain: string | null;
  /** The whole of it, and the name, where a setting says that both are kept. */
  readonly email: string | null;
  readonly name: string | null;
  /** Since when there is one. */
  readonly createdAt: Date | null;
}

export interface Caller {
  /** The token's subject: for a user this is the owner of intents and credits. */
  readonly id: string;
  readonly role: Role;
  /** When its token ends, in milliseconds since 1970; what is open then is closed. Left out: it does not end by itself. */
  readonly expiresAtMs?: number;
  /** What the token says of the account. */
  readonly account?: Account;
  /** Set where a back end called with an API key. */
  readonly apiKeyId?: string;
  /** Who made that key. */
  readonly madeBy?: string;
  /** The one shared wallet that the key reaches, and the member in whose name it spends. Left out: what its role reaches. */
  readonly boundTo?: { readonly walletId: string; readonly memberId: string | null };
}

/** The kinds of callers that holds and idempotency keys are told apart by: a user, a back end, an operator. */
export type CallerKind = 'user' | 'service' | 'support';

export const kindOf = ({ role }: Pick<Caller, 'role'>): CallerKind =>
  role === 'user' || role === 'service' ? role : 'support';

/** Who stands behind a caller: what a key asks for, the person who made it asks for. */
export const personOf = ({ id, madeBy }: Caller): string => madeBy ?? id;

const INCLUDES: Readonly<Record<Role, readonly Role[]>> = {
  user: ['user'],
  service: ['service'],
  support: ['support'],
  finance: ['finance', 'support'],
  admin: ['admin', 'finance', 'support'],
};

/** The roles that one holds with this one, itself among them. */
export const includedRoles = (role: Role): readonly Role[] => INCLUDES[role];

/** True when the caller holds `role`, by itself or because its own role includes it. */
export const hasRole = (caller: Caller, role: Role): boolean => INCLUDES[caller.role].includes(role);

/** True for back ends that act for everybody: those whose key is bound to no wallet. */
export const servesEveryone = (caller: Caller): boolean => hasRole(caller, 'service') && !caller.boundTo;

/** True for callers that may look at everybody's things: services and operators. */
export const seesEveryone = (caller: Caller): boolean => servesEveryone(caller) || hasRole(caller, 'support');

/**
 * True when this caller may spend the credits of `userId`: a user its own, a back end anybody's. Operators may not: they
 * adjust, which finance alone does, and above a size two persons.
 */
export const maySpendFor = (caller: Caller, userId: string): boolean =>
  caller.boundTo ? caller.boundTo.walletId === userId : caller.id === userId || hasRole(caller, 'service');

/**
 * True when things of `userId` exist for this caller, to be read or acted upon: one's own, or everybody's for services
 * and operators; whether a shared wallet's do for a member, the database knows (wallets/membership.ts). What does not exist for a caller may not be told from what was never there.
 */
export const mayReach = (caller: Caller, userId: string): boolean =>
  caller.boundTo ? caller.boundTo.walletId === userId : caller.id === userId || seesEveryone(caller);
