// Who one is. In mock mode the gateway hands out tokens for any identity; elsewhere one pastes a token.

export interface Identity {
  readonly userId: string;
  readonly role: 'user' | 'support' | 'finance' | 'admin' | 'service';
}

/** A token from the gateway, or null where it hands out none. @throws when it cannot be reached */
export async function developmentToken({ userId, role }: Identity): Promise<string | null> {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId, role }),
  });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`The gateway answered ${response.status}.`);
  return ((await response.json()) as { token: string }).token;
}
