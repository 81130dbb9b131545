// The wire under stripe-node. It lets only a Stripe answer through to the SDK, because stripe-node 23.1.0 resolves a
// proxy's 502 `{"message":…}` as a success, and dies of an unhandled rejection on a JSON scalar such as `"ok"`.
import type { IncomingMessage } from 'node:http';
import Stripe from 'stripe';
import { isObject, type Transport, wireHeaders } from '../transport';

type MakeRequest = InstanceType<typeof Stripe.HttpClient>['makeRequest'];
type SdkRequest = Parameters<MakeRequest>;
type SdkResponse = Awaited<ReturnType<MakeRequest>>;

/** Sends over `transport`, or over Node's http and https when there is none. */
export class StripeHttpClient extends Stripe.HttpClient {
  private readonly node = Stripe.createNodeHttpClient();

  constructor(private readonly transport: Transport | undefined) {
    super();
  }

  override getClientName(): string {
    return this.transport ? 'transport' : 'node';
  }

  // Async, so that it cannot throw: the SDK makes an unhandled rejection of an error thrown here.
  override async makeRequest(...request: SdkRequest): Promise<SdkResponse> {
    const [, , path, method, headers, body, , timeoutMs] = request;
    if (this.transport) {
      // A form with a file comes as bytes, whatever the type says.
      const text = typeof body === 'string' ? body : Buffer.from(body as Uint8Array).toString('latin1');
      const answer = await this.transport({ method, path, headers: wireHeaders(headers), body: text });
      return new StripeAnswer(answer.status, wireHeaders(answer.headers), async () =>
        JSON.parse(answer.body),
      );
    }
    const response = await this.node.makeRequest(...request);
    const read = () => endsWithin(timeoutMs, response.getRawResponse() as IncomingMessage, response.toJSON());
    return new StripeAnswer(response.getStatusCode(), response.getHeaders(), read);
  }
}

/** Frees the socket of an answer that drips in: the SDK's own timeout starts again with each byte. */
function endsWithin<T>(timeoutMs: number, response: IncomingMessage, body: Promise<T>): Promise<T> {
  const timer = setTimeout(() => response.destroy(Stripe.HttpClient.makeTimeoutError()), timeoutMs);
  return body.finally(() => clearTimeout(timer));
}

class StripeAnswer extends Stripe.HttpClientResponse {
  constructor(
    private readonly status: number,
    headers: ReturnType<SdkResponse['getHeaders']>,
    private readonly read: () => Promise<unknown>,
  ) {
    super(status, headers);
  }

  /** What the SDK shows as `lastResponse`, and writes to. */
  override getRawResponse(): object {
    return { statusCode: this.status };
  }

  /** @returns an object that is Stripe's. @throws when the body is anything else, or was cut. */
  override async toJSON(): Promise<object> {
    const body = await this.read().catch((error: unknown) => {
      if (error instanceof SyntaxError) return null;
      throw error;
    });
    if (isObject(body) && (this.status < 300 || isObject(body['error']))) return body;
    // These statuses speak for themselves, whoever set them; another one means nothing without Stripe's words.
    if (this.status >= 500 || this.status === 429)
      return { error: { type: 'api_error', message: `HTTP ${this.status} without an error of Stripe` } };
    throw new Error(`HTTP ${this.status} without an answer of Stripe`);
  }
}
