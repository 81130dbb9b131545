// Users who buy, spend, hold and look. Each operation is what a person or a back end does from its beginning to its end, so that the
// worker's part is in it as well: a purchase is over when its credits are there.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Random } from '../random';
import type { Stand } from './stand';

const DEADLINE_MS = 15_000;
const CREDITED_WITHIN_MS = 20_000;
const LOOKS_EVERY_MS = 250;
const PACKAGE = 'small';
// What is bought (50 credits a purchase) is about what is spent, so that wallets neither fill up nor run dry: 0.34 × 50 comes,
// 0.3 × 45 and 0.16 × 20 go.
const SHARES = [
  [0.34, 'buy'],
  [0.3, 'spend'],
  [0.16, 'hold'],
  [0.05, 'release'],
  [0.05, 'cancel'],
  [0.03, 'refund'],
  [0.07, 'read'],
] as const;
type Kind = (typeof SHARES)[number][1];
const WATCHED_SHARE = 0.4;
const USERS = 2_000;
// Of purchases that a refund may choose from.
const REMEMBERED = 200;

const mutation = (name: string, selection: string) =>
  `mutation Call($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${selection} errors { code } } }`;
const CREATE = mutation('createIntent', 'intent { id providerIntentId }');
const CANCEL = mutation('cancelIntent', 'intent { id }');
const SPEND = mutation('spendCredits', 'transaction { id }');
const HOLD = mutation('holdCredits', 'hold { id }');
const SETTLE = mutation('settleHold', 'transaction { id }');
const RELEASE = mutation('releaseHold', 'hold { id }');
const REFUND = mutation('refundIntent', 'refund { id }');
const STATUS = 'query Status($id: ID!) { intent(id: $id) { status } }';
const READ =
  '{ balance { credits available } creditTransactions(first: 10) { nodes { id type credits } } intents(first: 5) { nodes { id status } } }';
const WATCH = 'subscription Watch($id: ID!) { intentStatusChanged(id: $id) { status } }';

export class Load {
  readonly done = new Map<string, number>();
  readonly failed = new Map<string, number>();
  tookMs: number[] = [];
  underWay = 0;
  private serial = 0;
  private readonly paid: string[] = [];

  constructor(
    private readonly stand: Stand,
    private readonly random: Random,
  ) {}

  get operations(): number {
    return [...this.done.values()].reduce((sum, count) => sum + count, 0);
  }

  /** One operation; what fails is counted. */
  async one(): Promise<void> {
    const kind = this.chosen();
    const startedMs = performance.now();
    this.underWay += 1;
    try {
      await this.act(kind, `user_${this.random.whole(1, USERS)}`);
      this.done.set(kind, (this.done.get(kind) ?? 0) + 1);
      this.tookMs.push(performance.now() - startedMs);
    } catch (error) {
      const why = `${kind}: ${String((error as Error | undefined)?.message ?? error).slice(0, 120)}`;
      this.failed.set(why, (this.failed.get(why) ?? 0) + 1);
    } finally {
      this.underWay -= 1;
    }
  }

  private chosen(): Kind {
    let left = this.random.next();
    for (const [share, kind] of SHARES) {
      left -= share;
      if (left < 0 && (kind !== 'refund' || this.paid.length > 0)) return kind;
    }
    return 'read';
  }

  private async act(kind: Kind, user: string): Promise<void> {
    const key = { idempotencyKey: `soak-${++this.serial}` };
    const reason = 'A soak';
    switch (kind) {
      case 'buy':
        return this.buy(user, key);
      case 'spend':
        await this.ask(user, SPEND, { input: { credits: this.random.whole(30, 60), reason, ...key } });
        return;
      case 'refund': {
        const id = this.paid.splice(this.random.whole(0, this.paid.length - 1), 1)[0];
        const input = { intentId: id, amountMinor: '1000', reason, ...key };
        await this.ask('finance_1', REFUND, { input }, 'finance');
        return;
      }
      case 'cancel': {
        const { intent } = await this.create(user, key);
        await this.ask(user, CANCEL, { input: { id: intent.id } });
        return;
      }
      case 'read':
        await this.ask(user, READ, {});
        return;
      default:
        return this.hold(user, key, kind === 'hold');
    }
  }

  private async hold(user: string, key: object, isUsed: boolean): Promise<void> {
    const { hold } = await this.ask(user, HOLD, { input: { credits: 25, reason: 'A soak', ...key } });
    // There was too little.
    if (!hold) return;
    if (isUsed)
      await this.ask(user, SETTLE, { input: { id: hold.id, credits: 20, idempotencyKey: `${hold.id}-s` } });
    else await this.ask(user, RELEASE, { input: { id: hold.id } });
  }

  private async create(user: string, key: object): Promise<any> {
    const provider = this.random.pick(['stripe', 'razorpay']);
    const made = await this.ask(user, CREATE, { input: { packageId: PACKAGE, provider, ...key } });
    if (!made.intent) throw new Error(JSON.stringify(made.errors));
    return made;
  }

  private async buy(user: string, key: object): Promise<void> {
    const { intent } = await this.create(user, key);
    const isWatched = this.random.chance(WATCHED_SHARE);
    const watched = isWatched ? this.watch(user, intent.id) : null;
    // Whoever waits for it hears of it below, also while the bank is still asked.
    watched?.catch(() => undefined);
    const outcome = this.random.chance(0.9) ? 'succeed' : 'duplicate_webhook';
    const answer = await fetch(`${this.stand.simulator.url}/simulator/play`, {
      method: 'POST',
      body: JSON.stringify({ id: intent.providerIntentId, outcome }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    await answer.text();
    if (!answer.ok) throw new Error(`the bank answered ${answer.status}`);
    await (watched ?? this.look(user, intent.id));
    this.paid.push(intent.id);
    if (this.paid.length > REMEMBERED) this.paid.shift();
  }

  /** As a page without a live connection does. */
  private async look(user: string, id: string): Promise<void> {
    for (const untilMs = performance.now() + CREDITED_WITHIN_MS; ; ) {
      const intent = await this.ask(user, STATUS, { id });
      if (intent.status === 'succeeded') return;
      if (performance.now() > untilMs) throw new Error(`not credited in time: ${intent.status}`);
      await new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY_MS));
    }
  }

  private async watch(user: string, id: string): Promise<void> {
    const client = createClient({
      url: `${this.stand.gateway.url.replace('http', 'ws')}/graphql`,
      ...{ webSocketImpl: WebSocket, retryAttempts: 0 },
      connectionParams: { authorization: `Bearer ${await this.stand.token(user, 'user')}` },
    });
    let late: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        late = setTimeout(() => reject(new Error('not told in time')), CREDITED_WITHIN_MS);
        client.subscribe<Record<string, any>>(
          { query: WATCH, variables: { id } },
          {
            next: ({ data }) => data?.['intentStatusChanged'].status === 'succeeded' && resolve(),
            error: (error) => reject(new Error(`live: ${JSON.stringify(error)}`)),
            complete: () => reject(new Error('the stream was over before it was paid')),
          },
        );
      });
    } finally {
      clearTimeout(late);
      await client.dispose();
    }
  }

  /** @returns the one field that was asked for @throws Error where there is no data, or a fault */
  private async ask(
    user: string,
    query: string,
    variables: object,
    role: 'user' | 'finance' = 'user',
  ): Promise<any> {
    const response = await fetch(`${this.stand.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await this.stand.token(user, role)}`,
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const body = (await response.json()) as { data?: Record<string, any>; errors?: object };
    if (body.errors || !body.data) throw new Error(`${response.status} ${JSON.stringify(body.errors)}`);
    return Object.values(body.data)[0];
  }
}
