// What a provider says in its own words, as far as a log may keep it: the reason stays, who paid and what opens a door does not.

const HIDDEN = '[removed]';
// A sentence or two of either provider.
const LENGTH_MAX = 300;

const SECRETS: readonly RegExp[] = [
  // Keys, webhook secrets and client secrets: sk_live_…, rzp_test_…, whsec_…, pi_…_secret_….
  /\b(?:sk|rk|pk|rzp)_(?:live|test)_[\w*]+/gi,
  /\bwhsec_[\w+/=]+/gi,
  /\b\w+_secret_\w+/gi,
  /\b(?:bearer|basic)\s+[\w.~+/=-]+/gi,
  // Who somebody is: mail addresses and handles (name@bank), then numbers of cards, accounts and phones.
  /[^\s@"'<>(),;:]+@[^\s@"'<>(),;:]+/g,
  /\+?\d(?:[ -]?\d){6,}/g,
];

/** The words without keys, secrets, addresses and long numbers, at most 300 characters. */
export const providerWords = (words: string): string =>
  SECRETS.reduce((text, secret) => text.replace(secret, HIDDEN), words).slice(0, LENGTH_MAX);
