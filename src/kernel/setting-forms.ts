// Forms of settings that are text to the environment and something narrower to us: what can never work is refused at the start,
// with what to write instead.
import { z } from 'zod';

const text = z.string().trim();

/** Refuses with what the check says. @param remedyOf what to do; null: nothing is wrong */
const checked = (remedyOf: (value: string) => string | null) =>
  text.superRefine((value, context) => {
    const message = remedyOf(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });

/** What a browser writes into Origin; null: it never writes anything like this. */
function originRemedy(given: string): string | null {
  if (given === '*')
    return 'name each origin; * would let any page call with the token of whoever looks at it';
  const url = URL.canParse(given) ? new URL(given) : null;
  if (!url?.host) return `${given} is no origin; write it with its scheme, e.g. https://shop.example`;
  // Apps in a web view have schemes of their own, for which a URL has no origin.
  const origin = url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
  return origin === given ? null : `${given} matches no page, browsers send ${origin}; write that`;
}

/** Origins with commas between, each as a browser sends it (Fetch standard, "origin header"). */
export const origins = text
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
  .superRefine((values, context) => {
    for (const value of values) {
      const message = originRemedy(value);
      if (message !== null) context.addIssue({ code: 'custom', message });
    }
  });

/** Where PostgreSQL is. What the driver reads beside an address is a directory with its socket. */
export const databaseAddress = checked((value) =>
  value === '' || /^(postgres|postgresql|socket):\/\/?[^/]*\/?./.test(value) || value.startsWith('/')
    ? null
    : 'is no address of a database; write postgresql://user:password@host:5432/database',
);

/** Where Redis is. */
export const redisAddress = checked((value) =>
  value === '' || value.startsWith('/') || (/^rediss?:\/\/./.test(value) && URL.canParse(value))
    ? null
    : 'is no address of a Redis; write redis://host:6379, or rediss:// for TLS',
);
