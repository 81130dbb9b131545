// Where operators sign in: an issuer of OpenID Connect that says in its discovery document where its doors are.
// https://openid.net/specs/openid-connect-discovery-1_0.html
import { z } from 'zod';

/** The issuer cannot be asked, or answers with something else. The message is for the log. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}

/** The issuer does not give a token for what was sent: a code that it does not know, or knows no more. */
export class CodeRefused extends Error {
  override readonly name = 'CodeRefused';
}

export interface IssuerMetadata {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

export interface IssuedTokens {
  readonly id_token: string;
  readonly access_token: string;
}

export interface Issuer {
  /** @throws IssuerUnavailable */
  metadata(): Promise<IssuerMetadata>;
  /** Gives a code back for tokens. @throws IssuerUnavailable, CodeRefused */
  exchange(form: Readonly<Record<string, string>>): Promise<IssuedTokens>;
}

// Somebody waits for it, and a person tries again.
const ANSWER_WITHIN_MS = 10_000;
// Endpoints move about as often as keys do.
const KEPT_MS = 600_000;

const metadataOf = (issuer: string) =>
  z.object({
    // What the document says that it is about: another one would take our operators elsewhere.
    issuer: z.literal(issuer),
    authorization_endpoint: z.url({ protocol: /^https?$/ }),
    token_endpoint: z.url({ protocol: /^https?$/ }),
    // Left out it says nothing; one that names its methods has to know ours.
    code_challenge_methods_supported: z
      .array(z.string())
      .refine((methods) => methods.includes('S256'), 'no S256')
      .optional(),
  });

const tokens = z.object({ id_token: z.string().min(1), access_token: z.string().min(1) });

/** @param address as it stands in the `iss` of tokens. */
export function createIssuer(address: string): Issuer {
  let kept: { metadata: Promise<IssuerMetadata>; untilMs: number } | null = null;
  const discover = async (): Promise<IssuerMetadata> => {
    const response = await ask(`${address.replace(/\/$/, '')}/.well-known/openid-configuration`, {});
    const found = metadataOf(address).safeParse(await jsonOf(response));
    if (!response.ok || !found.success) throw new IssuerUnavailable(whyNot(response, found.error));
    return found.data;
  };
  const metadata = () => {
    if (kept && kept.untilMs > Date.now()) return kept.metadata;
    const asked = discover();
    const mine = { metadata: asked, untilMs: Date.now() + KEPT_MS };
    kept = mine;
    asked.catch(() => {
      if (kept === mine) kept = null;
    });
    return asked;
  };
  return {
    metadata,
    exchange: async (form) => {
      const { token_endpoint } = await metadata();
      const body = new URLSearchParams(form);
      const response = await ask(token_endpoint, { method: 'POST', body });
      // RFC 6749 section 5.2: what is wrong with the request is 400, or 401 where a client is not known.
      if (response.status === 400 || response.status === 401)
        throw new CodeRefused(`The issuer answered ${response.status}`);
      const found = tokens.safeParse(await jsonOf(response));
      if (!response.ok || !found.success) throw new IssuerUnavailable(whyNot(response, found.error));
      return found.data;
    },
  };
}

/** Nothing is followed: a redirect of a token endpoint would carry a code elsewhere. */
const ask = (url: string, init: RequestInit): Promise<Response> =>
  fetch(url, {
    ...init,
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch((error: unknown) => {
    throw new IssuerUnavailable(`${new URL(url).host} does not answer`, { cause: error });
  });

const jsonOf = (response: Response): Promise<unknown> => response.json().catch(() => null);

/** Which fields are wrong, and nothing of what is in them. */
const whyNot = ({ status }: Response, error?: z.ZodError) =>
  `${status}; ${error?.issues.map(({ path }) => path.join('.') || 'body').join(', ') ?? 'no body'}`;
