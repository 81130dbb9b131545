// Operators sign in at the issuer, where one is configured. The gateway keeps the secrets of it in a cookie of its own; this
// page carries the browser there and back, and gets the token at the end.

const PAGE = '/console/signed-in';
const WANTED = 'credits-gateway:console-wanted';

/** Who signs operators in; null where they bring a token of their own. @throws when the gateway cannot be reached */
export async function issuerName(): Promise<string | null> {
  const response = await fetch('/sign-in');
  return response.ok ? new URL(((await response.json()) as { issuer: string }).issuer).host : null;
}

/** Leaves this page for the issuer's. @throws with a sentence for the operator */
export async function goToIssuer(): Promise<void> {
  sessionStorage.setItem(WANTED, location.pathname + location.search);
  const { url } = await asked<{ url: string }>('/sign-in', {});
  location.assign(url);
}

/**
 * What the issuer sent this page back with, as a token; and the address is that of the screen that was wanted again.
 * @returns null on every other page. @throws with a sentence for the operator
 */
export async function backFromIssuer(): Promise<string | null> {
  if (location.pathname !== PAGE) return null;
  const brought = new URLSearchParams(location.search);
  // At once: a code is good once, and has no place in the history.
  history.replaceState(null, '', sessionStorage.getItem(WANTED) ?? '/console');
  sessionStorage.removeItem(WANTED);
  if (brought.has('error')) throw new Error('The issuer did not sign you in. Begin again.');
  const { code, state } = Object.fromEntries(brought);
  return (await asked<{ token: string }>('/sign-in/token', { code, state })).token;
}

async function asked<Answer>(path: string, body: object): Promise<Answer> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Answer & { message?: string };
  if (!response.ok) throw new Error(answer.message ?? `The gateway answered ${response.status}`);
  return answer;
}
