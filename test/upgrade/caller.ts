// A client that keeps to docs/errors.md: what it may send again it sends again with the same key, and all else is a failure.
import { setTimeout as delay } from 'node:timers/promises';
import { SERVED_BY } from './balancer';
import { failure, type Tally } from './tally';

const TRIES_MAX = 20;
/** Statuses at which nothing was lost, and the same request is right again in a moment. */
const AGAIN = [502, 503];
/** `errors` of a payload whose column "same request later" says yes. */
const LATER = ['IN_PROGRESS', 'PROVIDER_UNAVAILABLE'];

export class Failed extends Error {}

export interface Caller {
  /** A field of the answer. @throws Failed when it failed for good, after it was counted. */
  ask(field: string, query: string, variables?: object): Promise<any>;
  readonly token: string;
}

export const createCaller = (url: string, token: string, tally: Tally): Caller => ({
  token,
  ask: async (field, query, variables = {}) => {
    tally.calls++;
    for (let tries = 1; ; tries++) {
      const { status, text, by } = await send(url, token, { query, variables });
      const again = reasonToAskAgain(status, text, field);
      if (again === null) {
        const body = JSON.parse(text);
        if (status === 200 && body.errors === undefined && body.data?.[field] !== undefined)
          return body.data[field];
      }
      if (again === null || tries === TRIES_MAX) {
        tally.failed.push(failure(field, `${status} ${text.slice(0, 400)}`, by));
        throw new Failed(`${field}: ${status} ${text}`);
      }
      tally.retries.set(again, (tally.retries.get(again) ?? 0) + 1);
      await delay(100 * tries);
    }
  },
});

function reasonToAskAgain(status: number, text: string, field: string): string | null {
  if (status === 0) return 'no answer';
  if (AGAIN.includes(status)) return `status ${status}`;
  if (status !== 200) return null;
  const code = JSON.parse(text).data?.[field]?.errors?.[0]?.code;
  return LATER.includes(code) ? code : null;
}

/** Status 0: no answer came. */
async function send(url: string, token: string, body: object) {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    return {
      status: response.status,
      text: await response.text(),
      by: response.headers.get(SERVED_BY) ?? '',
    };
  } catch (error) {
    return { status: 0, text: String(error), by: '' };
  }
}
