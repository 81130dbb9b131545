// Which addresses a delivery may go to. Whoever may name a url must not reach through us what only we can reach: our own
// machine, our network, the metadata service of our cloud. A name is judged by what it resolves to at the moment of
// connecting, because an answer that was good when the endpoint was made may be another one now.
import { BlockList, isIP } from 'node:net';
import type { Mode } from '../kernel/config';
import { invalidInput } from '../kernel/problems';

export interface AddressRules {
  readonly protocols: readonly string[];
  /** Null: any. */
  readonly ports: readonly number[] | null;
  readonly allows: (address: string) => boolean;
}

/** Test and live mode send over TLS to public addresses only; in mock mode everything plays on one machine. */
export const addressRules = (mode: Mode): AddressRules =>
  mode === 'mock'
    ? { protocols: ['https:', 'http:'], ports: null, allows: () => true }
    : { protocols: ['https:'], ports: [443, 8443], allows: isPublicAddress };

const URL_MAX = 2048; // As long as any server takes.

/**
 * The url in its normal form, where 0x7f.1 is 127.0.0.1 like any other spelling.
 * @throws Problem INVALID_INPUT, and for a name only what can be said without asking for its address.
 */
export function checkUrl(text: string, rules: AddressRules): string {
  if (text.length > URL_MAX || !URL.canParse(text))
    throw invalidInput(`The url is no address of a server, or longer than ${URL_MAX} characters.`, 'url');
  const url = new URL(text);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (!rules.protocols.includes(url.protocol)) throw invalidInput('The url must begin with https://.', 'url');
  if (url.username || url.password)
    throw invalidInput('The url may hold no user and no password: deliveries are signed instead.', 'url');
  if (rules.ports && !rules.ports.includes(port))
    throw invalidInput(`Deliveries go to port ${rules.ports.join(' or ')}.`, 'url');
  const literal = literalOf(url);
  if (literal && !rules.allows(literal))
    throw invalidInput('The address in the url is not a public one.', 'url');
  url.hash = '';
  return url.href;
}

/** The address that a url spells out, null when it has a name instead. */
export function literalOf(url: URL): string | null {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? null : host;
}

// IANA's registries of special-purpose addresses: what is not globally reachable, what stands for something else, and
// multicast.
const NOT_PUBLIC_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

// Inside the global unicast block: special purposes with Teredo and ORCHID, documentation, and 6to4, which carries any
// IPv4 address and is out of use.
const NOT_PUBLIC_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const notPublic = new BlockList();
for (const [network, bits] of NOT_PUBLIC_V4) {
  // The list judges ::ffff:a.b.c.d by the same rule.
  notPublic.addSubnet(network, bits, 'ipv4');
  // NAT64: what a network without IPv4 of its own calls these.
  notPublic.addSubnet(`64:ff9b::${network}`, 96 + bits, 'ipv6');
}
for (const [network, bits] of NOT_PUBLIC_V6) notPublic.addSubnet(network, bits, 'ipv6');

// Everything else in IPv6 is private, local, multicast or of no use.
const unicast = new BlockList();
unicast.addSubnet('2000::', 3, 'ipv6');
unicast.addSubnet('64:ff9b::', 96, 'ipv6');
unicast.addSubnet('0.0.0.0', 0, 'ipv4');

/** True for an address that anybody on the internet can reach; false for one that is none. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return false;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  return unicast.check(address, family) && !notPublic.check(address, family);
}
