// Which text can be kept and given back as it came.
import { domainToASCII } from 'node:url';

/**
 * False for text with NUL, which PostgreSQL's text refuses, and for half a surrogate pair, which becomes another character
 * in UTF-8, so that two different keys would be one.
 */
export const isStorable = (text: string): boolean => !/\0|\p{Surrogate}/u.test(text);

/**
 * The domain of an e-mail address in its one spelling, that of the name system: small letters, xn-- for others, no dot at the end;
 * null when it is none.
 */
export function emailDomainOf(email: string | null | undefined): string | null {
  const given = email?.slice(email.lastIndexOf('@') + 1).trim() ?? '';
  const domain = /[\s/?#:\\]/.test(given) ? '' : domainToASCII(given).replace(/\.$/, '');
  return email?.includes('@') && /^[a-z0-9._-]{1,253}$/.test(domain) ? domain : null;
}
