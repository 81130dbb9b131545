// Where a request comes from. Behind proxies that are trusted it is what the last of them that is not ours said.
import type { IncomingMessage } from 'node:http';
import net from 'node:net';
import { ConfigError } from '../kernel/config';
import { mappedIpv4 } from '../kernel/ip';

export interface AddressOf {
  (request: IncomingMessage): string;
  /** The country that a proxy of ours says, ISO 3166-1; null: none does. */
  country(request: IncomingMessage): string | null;
}

/**
 * @param countryHeader in lower case; empty: no proxy says a country
 * @throws ConfigError for a proxy that is no address or range.
 */
export function createAddressOf(trustedProxies: readonly string[], countryHeader = ''): AddressOf {
  const trusted = new net.BlockList();
  for (const proxy of trustedProxies) trust(trusted, proxy);
  const isTrusted = (address: string) => trusted.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4');
  const addressOf = (request: IncomingMessage) => {
    let address = plain(request.socket.remoteAddress ?? '');
    if (trustedProxies.length === 0) return shared(address);
    const said = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((part) => plain(part.trim()));
    // From the nearest one on: what stands before the first that we do not trust, anybody can have written.
    while (said.length > 0 && isTrusted(address)) {
      const next = said.pop() as string;
      if (!net.isIP(next)) break;
      address = next;
    }
    return shared(address);
  };
  const country = ({ socket, headers }: IncomingMessage) => {
    // Anybody can write a header; who is not a proxy of ours is not believed.
    if (countryHeader === '' || !isTrusted(plain(socket.remoteAddress ?? ''))) return null;
    const said = String(headers[countryHeader] ?? '').toUpperCase();
    // XX and T1: what Cloudflare says of an address that it cannot place, and of Tor.
    return /^[A-Z]{2}$/.test(said) && said !== 'XX' ? said : null;
  };
  return Object.assign(addressOf, { country });
}

function trust(list: net.BlockList, proxy: string): void {
  const [address = '', bits] = proxy.split('/');
  if (!net.isIP(address) || (bits !== undefined && !/^\d{1,3}$/.test(bits)))
    throw new ConfigError([`TRUSTED_PROXIES: ${proxy} is no address or range`]);
  const family = net.isIPv6(address) ? 'ipv6' : 'ipv4';
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}

/** IPv4 as it is written alone, also where a socket of IPv6 took it. */
const plain = (address: string) => mappedIpv4(address) ?? address;

/** Of IPv6 the half that a customer is given: whoever has one address has 2^64. */
const shared = (address: string) =>
  net.isIPv6(address) && address !== '::1' ? `${expanded(address).slice(0, 4).join(':')}::/64` : address;

function expanded(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const start = head === '' ? [] : head.split(':');
  const end = tail ? tail.split(':') : [];
  return tail === undefined
    ? start
    : [...start, ...new Array(8 - start.length - end.length).fill('0'), ...end];
}
