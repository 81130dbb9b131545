// The way to the gateway: one function for calls, one for live status.
import { createClient } from 'graphql-ws';
import { SELECTIONS } from './sheets';
import type { CheckoutOptions, Intent } from './types';

const INTENT = `fragment I on PaymentIntent {
  id status packageName creditsAmount creditsAdded attemptCount
  amount { amountMinor currency formatted }
  failure { message retryable }
  nextAction {
    __typename
    ... on MockConfirm { outcomes }
    ${SELECTIONS}
  }
}`;

const money = '{ amountMinor currency formatted }';
const answer = '{ intent { ...I } errors { code message } }';
const change = (name: string, type: string) =>
  `mutation ($input: ${type}!) { payload: ${name}(input: $input) ${answer} } ${INTENT}`;

/** Every document that the checkout sends. A test holds them against the schema. */
export const DOCUMENTS = {
  packages: `query ($currency: CurrencyCode) { packages(currency: $currency) { id name credits savingsPercent price ${money} } }`,
  find: `query ($key: String!) { intentBy(lookup: { idempotencyKey: $key }) { ...I } } ${INTENT}`,
  watch: `subscription ($id: ID!, $after: String) { intentStatusChanged(id: $id, after: $after) { cursor sequence status intent { ...I } } } ${INTENT}`,
  create: change('createIntent', 'CreateIntentInput'),
  simulate: change('simulatePayment', 'SimulatePaymentInput'),
  confirm: change('confirmPayment', 'ConfirmPaymentInput'),
  sync: change('syncIntent', 'SyncIntentInput'),
  cancel: change('cancelIntent', 'CancelIntentInput'),
} as const;

export interface Watched {
  readonly cursor: string;
  readonly sequence: number;
  readonly status: Intent['status'];
  readonly intent: Intent;
}

/** The gateway refused or could not be reached. */
export type CallFailed = Error & { readonly code: string };

const failed = (message = 'Something went wrong. Try again.', code = 'FAILED') =>
  Object.assign(new Error(message), { code });

export function connect({ url = '', token }: CheckoutOptions) {
  const authorization = async () => `Bearer ${await token()}`;

  /** @throws CallFailed */
  async function call<Data>(query: string, variables: object): Promise<Data> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: await authorization() },
      body: JSON.stringify({ query, variables }),
    }).catch(() => {
      throw failed('The payment service cannot be reached. Try again.', 'UNREACHABLE');
    });
    const { data, errors } = await response.json().catch(() => ({}));
    if (data && !errors) return data;
    throw failed(errors?.[0]?.message, errors?.[0]?.extensions?.code);
  }

  /**
   * Follows an intent from `after` on, over as many connections as it takes: each one starts where the last one ended.
   * @returns what ends it
   */
  function watch(
    id: string,
    on: { next(event: Watched): void; live(isLive: boolean): void; failed(error: unknown): void },
  ) {
    let cursor: string | undefined;
    const address = new URL(`${url}/graphql`, location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    const client = createClient({
      url: address.href,
      connectionParams: async () => ({ authorization: await authorization() }),
      retryAttempts: Number.POSITIVE_INFINITY,
      // A gateway that restarts is back in seconds; a pause of up to 5 s is short for a person and long for a server.
      retryWait: (retries) =>
        new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 250 * 2 ** retries))),
      shouldRetry: () => true,
      on: { connected: () => on.live(true), closed: () => on.live(false) },
    });
    // On every retry the library serialises these anew, and the getter says how far we are.
    const variables = {
      id,
      get after() {
        return cursor;
      },
    };
    client.subscribe<{ intentStatusChanged: Watched }>(
      { query: DOCUMENTS.watch, variables },
      {
        next: ({ data, errors }) => {
          if (!data) return on.failed(errors?.[0]);
          cursor = data.intentStatusChanged.cursor;
          on.next(data.intentStatusChanged);
        },
        error: on.failed,
        complete: () => client.dispose(),
      },
    );
    return () => void client.dispose();
  }

  return { call, watch };
}
