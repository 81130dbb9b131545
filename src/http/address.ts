// Where a request comes from. Behind proxies that are trusted it is what the last of them that is not ours said.
import type { IncomingMessage } from 'node:http';
import net from 'node:net';
import { ConfigError } from '../kernel/config';

export type AddressOf = (request: IncomingMessage) => string;

/** @throws ConfigError for a proxy that is no address or range. */
export function createAddressOf(trustedProxies: readonly string[]): AddressOf {
  const trusted = new net.BlockList();
  for (const proxy of trustedProxies) trust(trusted, proxy);
  const isTrusted = (address: string) => trusted.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4');
  return (request) => {
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
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '');

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
