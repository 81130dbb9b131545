// What a checkout asks of the gateway. A balance is no part of it, so that a page which only sells loads none of that.
import { createCall } from './call.ts';
import { documentsOf } from './documents.ts';
import { createLive } from './live.ts';
import { sheets as all } from './sheets.ts';
import type * as types from './types.ts';

/** What a random key has as hexadecimal digits: 128 bits, as much as a UUID is long. */
const KEY_BYTES = 16;

/** A key for one purchase. Where a page came over plain HTTP, browsers make no UUIDs. */
export const newKey = (): string =>
  crypto.randomUUID?.() ??
  Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) => byte.toString(16)).join('-');

/** The operations of a purchase, beside what every other is made with: a call, and live events. */
export function createPurchasing(options: types.GatewayOptions) {
  const sheets = options.sheets ?? all;
  const documents = documentsOf(sheets);
  const call = createCall(options);
  const live = createLive(options);
  type Document = keyof typeof documents;
  const change = async <Payload = { intent: types.Intent }>(name: Document, input: object) =>
    (await call<{ payload: Payload }>(documents[name], { input })).payload;
  /** A mutation of one intent, which answers with it as it is then. */
  const act =
    (name: Document) =>
    async (input: object): Promise<types.Intent> =>
      (await change(name, input)).intent;
  const operations: types.Purchasing = {
    sheets,
    url: options.url,
    packages: async (currency) =>
      (await call<Pick<Read, 'packages'>>(documents.packages, { currency })).packages,
    createIntent: (input) =>
      change('createIntent', { ...input, idempotencyKey: input.idempotencyKey ?? newKey() }),
    intent: async (id) => (await call<Pick<Read, 'intent'>>(documents.intent, { id })).intent,
    intentBy: async (lookup) => (await call<Pick<Read, 'intent'>>(documents.intentBy, { lookup })).intent,
    simulatePayment: act('simulatePayment'),
    confirmPayment: act('confirmPayment'),
    syncIntent: act('syncIntent'),
    cancelIntent: act('cancelIntent'),
    watchIntent: (id, watcher) => {
      let seen = 0;
      // A repeat, as after a connection that was lost on the way, says nothing new.
      const next = (event: types.IntentEvent) => {
        if (event.sequence < seen) return;
        seen = event.sequence;
        watcher.next(event);
      };
      return live.watch(documents.watchIntent, { id }, { ...watcher, next });
    },
    query: call,
    watch: live.watch,
    close: live.close,
  };
  return { operations, call, live };
}

interface Read {
  readonly packages: readonly types.CreditPackage[];
  readonly intent: types.Intent | null;
}
