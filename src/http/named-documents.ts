// A request may name a document of the list in place of bringing its text: as `documentId` (the appendix of GraphQL over HTTP
// about persisted documents), or as Apollo's and urql's clients do, in `extensions.persistedQuery`. It then runs as if it had
// been brought.
import type { FastifyInstance } from 'fastify';
import type { TrustedDocuments } from '../graphql/trusted-documents';

const PREFIX = 'sha256:';

// Runs nowhere: whoever names what is not on the list hears over every transport what whoever brings it hears.
const NOT_ON_THE_LIST = 'query NotOnTheList { __typename }';

interface Named {
  query?: unknown;
  documentId?: unknown;
  extensions?: unknown;
}

export function nameDocuments(server: FastifyInstance, trusted: TrustedDocuments): void {
  server.addHook('preHandler', async ({ body, raw }) => {
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) nameIn(body, trusted);
    else if (raw.method === 'GET' && raw.url?.startsWith('/graphql')) raw.url = namedUrl(raw.url, trusted);
  });
}

function nameIn(named: Named, trusted: TrustedDocuments): void {
  const id = named.query === undefined ? idIn(named) : null;
  if (id === null) return;
  named.query = trusted.textOf(id) ?? NOT_ON_THE_LIST;
  // What is left would have Apollo look for a document that a client had registered.
  delete named.extensions;
}

function namedUrl(url: string, trusted: TrustedDocuments): string {
  const [place = '', search = ''] = url.split('?', 2);
  const parameters = new URLSearchParams(search);
  if (parameters.has('query')) return url;
  const id = idIn({
    documentId: parameters.get('documentId'),
    extensions: jsonIn(parameters.get('extensions')),
  });
  if (id === null) return url;
  parameters.set('query', trusted.textOf(id) ?? NOT_ON_THE_LIST);
  parameters.delete('extensions');
  return `${place}?${parameters}`;
}

/** As it stands in the list's names, e.g. sha256:9f86…; null where the request names nothing. */
function idIn({ documentId, extensions }: Named): string | null {
  if (typeof documentId === 'string') return documentId;
  const hash = (extensions as { persistedQuery?: { sha256Hash?: unknown } } | null | undefined)
    ?.persistedQuery?.sha256Hash;
  return typeof hash === 'string' ? `${PREFIX}${hash}` : null;
}

function jsonIn(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
