// Where the payer's browser goes after the provider. A link that somebody else chose would take our payer anywhere, and a
// `javascript:` one would run in the page that follows it.
import { invalidInput } from '../kernel/problems';
import type { IntentDeps } from './deps';

/** @throws Problem INVALID_INPUT for what is no address of the web, and in live mode for one that is not listed */
export function checkReturnUrl(
  { mode, allowedOrigins }: Pick<IntentDeps, 'mode' | 'allowedOrigins'>,
  returnUrl: string | null | undefined,
): void {
  if (returnUrl === null || returnUrl === undefined) return;
  const url = /^https?:\/\//i.test(returnUrl) && URL.canParse(returnUrl) ? new URL(returnUrl) : null;
  if (!url || url.username || url.password)
    throw invalidInput('returnUrl is an address that begins with https:// or http://.', 'returnUrl');
  if (mode === 'live' && !allowedOrigins.some((allowed) => originOf(allowed) === url.origin))
    throw invalidInput(
      'returnUrl leads to an origin that is not among ALLOWED_ORIGINS: in live mode payers return to those alone.',
      'returnUrl',
    );
}

const originOf = (text: string): string | null => (URL.canParse(text) ? new URL(text).origin : null);
