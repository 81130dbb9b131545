// What an entry of the lists names, in the one form in which it is looked for. Pure.
import net from 'node:net';
import { domainToASCII } from 'node:url';
import { mappedIpv4 } from '../kernel/ip';
import { invalidInput } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import type { RiskListKind } from './list-entry.entity';

const VALUE_MAX = 255; // As the ids of users and devices.

// Of an address no more is kept than this: a household or an office has a range of this size, and moves within it.
const KEPT_BITS = { 4: 24, 6: 48 } as const;
// What a registry gives one provider at the most. A range that is larger belongs to several that have nothing in common.
const WIDEST_BITS = { 4: 8, 6: 19 } as const;

/**
 * The value as it is stored and compared. An address, or a range narrower than what is kept of addresses, stands for the
 * whole range that it lies in.
 * @throws Problem INVALID_INPUT
 */
export function listedValue(kind: RiskListKind, given: string): string {
  const value = given.trim();
  switch (kind) {
    case 'country':
      if (!/^[a-z]{2}$/i.test(value)) throw wrong('A country has two letters, e.g. IN.');
      return value.toUpperCase();
    case 'email_domain':
      return domainIn(value);
    case 'address':
      return rangeIn(value);
    default:
      // An id is what its maker says, with the spaces that it has.
      if (value.length === 0 || given.length > VALUE_MAX || !isStorable(given))
        throw wrong(`A ${kind} has 1 to ${VALUE_MAX} characters.`);
      return given;
  }
}

const wrong = (message: string) => invalidInput(message, 'value');

const NO_DOMAIN = /[\s/?#:@\\]/;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+(?=.*[a-z])[a-z0-9-]{2,63}$/;

// A whole address of e-mail would block its domain, which is not what was asked for.
function domainIn(value: string): string {
  const given = value.replace(/^@/, '');
  const domain = NO_DOMAIN.test(given) ? '' : domainToASCII(given);
  if (!DOMAIN.test(domain)) throw wrong('A domain of e-mail is what stands after the @, e.g. example.com.');
  return domain;
}

function rangeIn(value: string): string {
  const [given = '', said] = value.split('/');
  const mapped = mappedIpv4(given) !== null;
  const address = mappedIpv4(given) ?? given;
  const family = net.isIP(address);
  const isNumber = said === undefined || /^\d{1,3}$/.test(said);
  if ((family !== 4 && family !== 6) || address.includes('%') || !isNumber || value.split('/').length > 2)
    throw wrong('An address is one of IPv4 or IPv6, or a range such as 203.0.113.0/24.');
  const width = family === 4 ? 32 : 128;
  const bits = said === undefined ? width : Number(said) - (mapped ? 96 : 0);
  if (bits > width) throw wrong(`A range of IPv${family} has at most ${width} bits.`);
  if (bits < WIDEST_BITS[family])
    throw wrong(
      `A range of IPv${family} has at least ${WIDEST_BITS[family]} bits: that is the most that one network is given, and ` +
        'what is wider names people who have nothing in common.',
    );
  return `${address}/${Math.min(bits, KEPT_BITS[family])}`;
}
