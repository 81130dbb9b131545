// What the page asks of its own back end, server.js.

export interface Session {
  readonly userId: string;
  readonly creditsUrl: string;
}

/** Who is signed in, and where the gateway is. */
export const readSession = async (): Promise<Session> => (await fetch('/api/session')).json();

/** By which the gateway knows the user; asked for anew whenever one is needed. */
export async function creditsToken(): Promise<string> {
  const response = await fetch('/api/credits-token', { method: 'POST' });
  const { token } = (await response.json()) as { token: string };
  return token;
}

export type Palette =
  | { readonly colours: readonly string[]; readonly message?: undefined }
  | { readonly message: string; readonly isPaidOnce: boolean };

/** Makes a palette, which costs credits. @param id the same again is paid once */
export async function makePalette(id: string, word: string): Promise<Palette> {
  const response = await fetch('/api/palettes', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, word }),
  }).catch(() => null);
  if (!response) return { message: 'The shop cannot be reached. Try again.', isPaidOnce: true };
  const answer = await response.json();
  return response.ok ? answer : { message: answer.message, isPaidOnce: response.status === 503 };
}
