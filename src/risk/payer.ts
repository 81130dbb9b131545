// Who pays, as far as the gateway is told: what decisions are made by, and what they keep of it.
import { createHash } from 'node:crypto';
import net from 'node:net';
import { mappedIpv4 } from '../kernel/ip';

export interface Payer {
  /** An IP address, also with the bits that are known of it, such as 2001:db8:1:2::/64. What is kept is its network. */
  readonly address: string | null;
  /** ISO 3166-1, two letters. */
  readonly country: string | null;
  /** Of the e-mail, in lower case; the rest of it is not kept. */
  readonly emailDomain: string | null;
  readonly accountCreatedAt: Date | null;
}

export const UNKNOWN_PAYER: Payer = {
  address: null,
  country: null,
  emailDomain: null,
  accountCreatedAt: null,
};

// An index of PostgreSQL takes some 2,700 bytes of a value; a longer fingerprint is known by its hash.
const DEVICE_MAX = 128;

/** What a device is known by: its fingerprint, as the page worked it out. */
export const deviceOf = (fingerprintId: string | null): string | null =>
  fingerprintId && fingerprintId.length > DEVICE_MAX
    ? createHash('sha256').update(fingerprintId).digest('hex')
    : fingerprintId || null;

/**
 * The address without a zone, or null when it is none. One of IPv4 that is written as IPv6 is the one of IPv4: it would be a network
 * of its own, that no list knows and that all who are written so share.
 * @param text may carry the bits of a network, after a slash
 */
export function addressOf(text: string | null | undefined): string | null {
  const [, address = '', given] = /^([^/%]+)(?:%[^/]*)?(?:\/(\d{1,3}))?$/.exec(text ?? '') ?? [];
  const bitsMax = { 0: -1, 4: 32, 6: 128 }[net.isIP(address)] ?? -1;
  if (bitsMax < 0 || Number(given ?? 0) > bitsMax) return null;
  const plain = mappedIpv4(address);
  if (plain === null) return given === undefined ? address : `${address}/${given}`;
  if (given === undefined) return plain;
  // Of the first 96 bits nothing is IPv4's.
  return Number(given) < 96 ? null : `${plain}/${Number(given) - 96}`;
}
