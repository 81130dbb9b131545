// Who a token's claims say that the caller is. Products' tokens carry roles of the product in claims of its own: what they mean here
// is said by settings, and what they do not say is nothing. A product's `admin` is not ours.
import type { JWTPayload } from 'jose';
import type { Config } from '../kernel/config';
import { isSharedWalletId } from '../kernel/ids';
import { isStorableInstant } from '../kernel/instants';
import { emailDomainOf, isStorable } from '../kernel/text';
import { type Account, type Caller, ROLES, type Role } from './caller';

/** Of tokens that this gateway issued itself: their subject and role need no mapping. Nobody else writes it by accident. */
export const OWN_ROLE_CLAIM = 'credits_gateway_role';
export const CLOCK_SKEW_SECONDS = 60; // What clocks of well-kept machines may differ by.
const SUBJECT_MAX = 255; // The column's size.

/**
 * @param isOurSecret signed with the secret that is shared with this gateway alone, and not with a key that signs for others too
 * @returns null when the claims name nobody
 */
export function callerIn(auth: Config['auth'], payload: JWTPayload, isOurSecret: boolean): Caller | null {
  const own = isOurSecret ? payload[OWN_ROLE_CLAIM] : undefined;
  const id = own === undefined ? claimAt(payload, auth.userClaim) : payload.sub;
  if (typeof id !== 'string' || id === '' || id.length > SUBJECT_MAX || !isStorable(id)) return null;
  // Whoever were called so would have the credits of those who share that wallet.
  if (isSharedWalletId(id)) return null;
  const role = isRole(own) ? own : roleIn(auth, claimAt(payload, auth.roleClaim), isOurSecret);
  const account = accountIn(auth, payload);
  return {
    ...{ id, role, expiresAtMs: ((payload.exp as number) + CLOCK_SKEW_SECONDS) * 1000 },
    ...(account && { account }),
  };
}

/** What is said of the account; null: nothing that can be read. */
function accountIn(auth: Config['auth'], payload: JWTPayload): Account | null {
  const said = textIn(payload, auth.emailClaim);
  const emailDomain = emailDomainOf(said);
  const [email, name] = auth.nameClaim ? [said, textIn(payload, auth.nameClaim)] : [null, null];
  const createdAt = instantIn(claimAt(payload, auth.createdClaim));
  return emailDomain || name || createdAt ? { email, emailDomain, name, createdAt } : null;
}

function textIn(payload: JWTPayload, claim: string): string | null {
  const value = claimAt(payload, claim);
  return typeof value === 'string' ? value : null;
}

/** Seconds or milliseconds since 1970, or ISO 8601. */
function instantIn(claim: unknown): Date | null {
  if (typeof claim !== 'number' && typeof claim !== 'string') return null;
  // Seconds have ten digits until 2286.
  const at = new Date(typeof claim === 'number' && claim < 1e11 ? claim * 1000 : claim);
  return isStorableInstant(at) ? at : null;
}

/** Whatever is not mapped is a user, with or without words of another product. */
function roleIn({ roleMap }: Config['auth'], claim: unknown, isOurSecret: boolean): Role {
  if (roleMap === null) return isOurSecret && isRole(claim) ? claim : 'user';
  const words: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  // In the order of the map: who has several roles there is what stands first.
  return roleMap.find(([word]) => words.includes(word))?.[1] ?? 'user';
}

/**
 * The value of a claim. `path` is a claim's name, also one with dots in it such as https://shop.example/role, or a path into
 * objects, such as app_metadata.role.
 */
export function claimAt(payload: JWTPayload, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path];
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined,
      payload,
    );
}

const isRole = (value: unknown): value is Role => (ROLES as readonly unknown[]).includes(value);
