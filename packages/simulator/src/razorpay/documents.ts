// /v1/documents: what goes with a contest. Source: razorpay.com/docs/api/documents.
import { derivedId, randomSeed } from '../ids';
import { isFile } from '../multipart';
import { member, type StoredObject } from '../objects';
import type { Route } from '../route';
import { jsonResponse } from '../wire';
import { invalidInput, noSuchId } from './errors';
import { onlyKnown, optionalText } from './parameters';

const TYPES = ['application/pdf', 'image/jpeg', 'image/jpg', 'image/png'];
const BYTES_MAX = 5_000_000;

export interface Document {
  readonly id: string;
  readonly entity: 'document';
  readonly purpose: string;
  readonly name: string;
  readonly mime_type: string;
  readonly size: number;
  readonly created_at: number;
}

export const documentRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/documents',
    async handle(store, { parameters }) {
      onlyKnown(parameters, ['file', 'purpose']);
      const purpose = optionalText(parameters, 'purpose', 40);
      if (purpose !== 'dispute_evidence') throw invalidInput('The purpose is not valid.', 'purpose');
      const { file } = parameters;
      if (!isFile(file)) throw invalidInput('The file field is required.', 'file');
      if (!TYPES.includes(file.type) || file.size === 0 || file.size > BYTES_MAX)
        throw invalidInput('The file must be a PDF, JPEG or PNG of at most 5 MB.', 'file');
      const id = derivedId('doc_mock', randomSeed());
      return store.decide({
        id,
        decide: ({ nowMs }) => {
          const created_at = Math.floor(nowMs / 1000);
          const { filename: name, type: mime_type, size } = file;
          const body: Document = { id, entity: 'document', purpose, name, mime_type, size, created_at };
          const made: StoredObject<Document> = {
            ...{ id, rootId: id, provider: 'razorpay', kind: 'document', version: 0, receipt: null },
            created: created_at,
            body,
          };
          return { result: jsonResponse(200, body), change: { objects: [made] } };
        },
      });
    },
  },
  {
    method: 'GET',
    path: '/v1/documents/:id',
    async handle(store, call) {
      const found = member<Document>(await store.readFamily(call.id), 'document', call.id);
      if (!found) throw noSuchId();
      return jsonResponse(200, found.body);
    },
  },
];
