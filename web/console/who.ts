// Who operates, as the gateway says it. It is asked before the page is drawn: both take a moment.
import { developmentToken } from '../shared/dev-token';

export type OperatorRole = 'support' | 'finance' | 'admin';
export const PEOPLE: Readonly<Record<OperatorRole, string>> = {
  support: 'sue',
  finance: 'finn',
  admin: 'ada',
};

// What stays in this tab.
export const TOKEN = 'credits-gateway:console-token';
export const ROLE = 'credits-gateway:console-role';

export const keptRole = (): OperatorRole => (sessionStorage.getItem(ROLE) as OperatorRole | null) ?? 'admin';
export const keptToken = (): string | null => sessionStorage.getItem(TOKEN);

export interface Known {
  readonly role: string;
  readonly mode: string;
  /** Of several deployments the one that answers; null: there is one. */
  readonly cell: string | null;
  readonly allowedMutations: readonly string[];
}

interface Answer {
  /** Null where the gateway hands out none. */
  readonly token: string | null;
  /** Null for a token that it does not take. */
  readonly who: Known | null;
}

/** What the gateway says about the token's holder. */
async function known(token: string): Promise<Known | null> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query: '{ viewer { role allowedMutations } admin { cell } checkoutConfig { mode } }',
    }),
  });
  const { data } = (await response.json()) as {
    data?: {
      viewer: Pick<Known, 'role' | 'allowedMutations'> | null;
      admin: { cell: string | null } | null;
      checkoutConfig: { mode: string };
    };
  };
  return data?.viewer
    ? { ...data.viewer, mode: data.checkoutConfig.mode, cell: data.admin?.cell ?? null }
    : null;
}

async function ask(role: OperatorRole, pasted: string | null): Promise<Answer> {
  const token = pasted ?? (await developmentToken({ userId: PEOPLE[role], role }));
  return { token, who: token ? await known(token) : null };
}

let begun: { readonly of: string; readonly answer: Promise<Answer> } | null = null;
const nameOf = (role: OperatorRole, pasted: string | null) => `${role} ${pasted}`;

/** Asks at once for whom the tab remembers. What fails is told to whoever asks for it. */
export function beginToAsk(): void {
  const [role, pasted] = [keptRole(), keptToken()];
  begun = { of: nameOf(role, pasted), answer: ask(role, pasted) };
  begun.answer.catch(() => {});
}

/**
 * @param pasted a token of the issuer's or by hand; null: a development token of this role
 * @throws Error when the gateway cannot be reached
 */
export function whoIs(role: OperatorRole, pasted: string | null): Promise<Answer> {
  const first = begun;
  begun = null;
  return first?.of === nameOf(role, pasted) ? first.answer : ask(role, pasted);
}
