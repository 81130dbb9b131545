// Addresses of the internet protocols as text. Pure.
import net from 'node:net';

/**
 * The address of IPv4 that one of IPv6 stands for, as a socket of both protocols writes it (RFC 4291, 2.5.5.2), in any of its
 * spellings: ::ffff:192.0.2.7, ::FFFF:c000:207. Null for every other text.
 */
export function mappedIpv4(text: string): string | null {
  if (!net.isIPv6(text) || text.includes('%')) return null;
  // The URL standard has one spelling for each address.
  const [, high = '', low = ''] =
    /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(new URL(`http://[${text}]`).host) ?? [];
  if (high === '') return null;
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}
