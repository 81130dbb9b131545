// The documents that may run, where a deployment lists them by hash. There are no automatic persisted queries: what a
// client can register, an attacker can.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { DocumentNode } from 'graphql';
import { ConfigError } from '../kernel/config';

export interface TrustedDocuments {
  /** The text that a request names, e.g. as sha256:9f86…; undefined for a name that is not on the list. */
  textOf(documentId: string): string | undefined;
  has(document: DocumentNode): boolean;
}

const PREFIX = 'sha256:';
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * Reads the list: a JSON file {sha256: document}, as GraphQL Code Generator writes it, or the manifest of Apollo's generator. Null without a file: any document may run.
 * @throws ConfigError when the file is none, or a document does not have the hash that it stands under.
 */
export function readTrustedDocuments(file: string): TrustedDocuments | null {
  if (file === '') return null;
  const documents = new Map(Object.entries(listIn(file)));
  const wrong = [...documents].filter(([hash, text]) => typeof text !== 'string' || hashOf(text) !== hash);
  if (wrong.length > 0)
    throw new ConfigError([`TRUSTED_DOCUMENTS: ${wrong[0]?.[0]} is not the sha256 of its document`]);
  const known = new WeakMap<DocumentNode, boolean>();
  return {
    textOf: (documentId) =>
      documentId.startsWith(PREFIX) ? documents.get(documentId.slice(PREFIX.length)) : undefined,
    has: (document) => {
      const answer = known.get(document) ?? documents.has(hashOf(document.loc?.source.body ?? ''));
      known.set(document, answer);
      return answer;
    },
  };
}

/** https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format */
interface Manifest {
  readonly format: 'apollo-persisted-query-manifest';
  readonly operations: readonly { readonly id: string; readonly body: string }[];
}

const isManifest = (list: object): list is Manifest =>
  'format' in list && list.format === 'apollo-persisted-query-manifest';

function listIn(file: string): Record<string, string> {
  try {
    const list = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, string> | Manifest;
    return isManifest(list) ? Object.fromEntries(list.operations.map(({ id, body }) => [id, body])) : list;
  } catch (error) {
    throw new ConfigError([`TRUSTED_DOCUMENTS: ${file} cannot be read: ${String(error)}`]);
  }
}
