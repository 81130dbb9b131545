// /v1/files: what goes with evidence. Stripe takes PDF, JPEG and PNG for it, up to 5 MB
// (docs.stripe.com/file-upload, docs.stripe.com/disputes/best-practices).
import { derivedId } from '../ids';
import { isFile } from '../multipart';
import { member, type StoredObject } from '../objects';
import type { Route } from '../route';
import { jsonResponse } from '../wire';
import { invalidParameter, noSuchObject, parameterMissing } from './errors';
import { answerOnce, idempotencyKey } from './keyed';
import { onlyKnown, requiredText } from './parameters';

const TYPES = ['application/pdf', 'image/jpeg', 'image/png'];
const BYTES_MAX = 5_000_000;

export interface File {
  readonly id: string;
  readonly object: 'file';
  readonly purpose: string;
  readonly filename: string;
  readonly size: number;
}

export const fileRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/files',
    handle(store, call) {
      onlyKnown(call.parameters, ['file', 'purpose']);
      const purpose = requiredText(call.parameters, 'purpose');
      if (purpose !== 'dispute_evidence')
        throw invalidParameter('purpose', 'Only files for disputes are simulated.');
      const { file } = call.parameters;
      if (!isFile(file)) throw parameterMissing('file');
      if (!TYPES.includes(file.type) || file.size === 0 || file.size > BYTES_MAX)
        throw invalidParameter('file', 'Invalid file: a PDF, JPEG or PNG of at most 5 MB is taken.');
      const id = derivedId('file_mock', store.seedOf(idempotencyKey(call)));
      return answerOnce(store, call, id, (family) => {
        const created = Math.floor(family.nowMs / 1000);
        const { filename, size } = file;
        const more = { created, expires_at: null, livemode: false, title: null, type: file.type.slice(-3) };
        const body: File = { id, object: 'file', purpose, filename, size, ...more };
        const made: StoredObject<File> = {
          ...{ id, rootId: id, provider: 'stripe', kind: 'file', version: 0, created, receipt: null },
          body,
        };
        return { response: jsonResponse(200, body), change: { objects: [made] } };
      });
    },
  },
  {
    method: 'GET',
    path: '/v1/files/:id',
    async handle(store, call) {
      const found = member<File>(await store.readFamily(call.id), 'file', call.id);
      if (!found) throw noSuchObject('file', call.id, 'id');
      return jsonResponse(200, found.body);
    },
  },
];
