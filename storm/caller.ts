// A caller from outside, as a careful client is: any of the doors, a deadline for each request, and the same key until it is told what
// became of it.
import type { Asked, History, Operation, Told } from './history';
import type { Random } from './random';
import type { Stage } from './stage';

const DEADLINE_MS = 8_000;
const AGAIN_MS = 120;
/** These say that it may work later: nothing is known yet. */
const LATER = new Set(['IN_PROGRESS', 'PROVIDER_UNAVAILABLE', 'RATE_LIMITED']);
const ERRORS = 'errors { code message }';
const SELECTIONS: Readonly<Record<string, string>> = {
  createIntent: 'replayed intent { id }',
  cancelIntent: 'intent { id status }',
  spendCredits: 'replayed transaction { id }',
  holdCredits: 'replayed hold { id }',
  settleHold: 'replayed transaction { id }',
  releaseHold: 'hold { id status }',
  refundIntent: 'replayed refund { id }',
  adjustCredits: 'replayed transaction { id }',
};

export class Caller {
  private readonly tokens = new Map<string, string>();

  constructor(
    private readonly stage: Stage,
    private readonly history: History,
    private readonly random: Random,
  ) {}

  /** One request to one door. @returns its data, or null where none came */
  async ask(
    user: string,
    role: 'user' | 'finance' | 'admin',
    query: string,
    variables: object,
  ): Promise<any> {
    const { doors } = this.stage;
    const door = this.random.whole(0, doors.length - 1);
    const asked: Asked = { fromMs: performance.now(), door, answeredMs: null };
    this.history.asked.push(asked);
    try {
      const response = await fetch(`${doors[door]?.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await this.token(user, role)}`,
        },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      const body = (await response.json()) as { data?: any; errors?: { extensions?: { code?: string } }[] };
      if (body.errors || !body.data) {
        this.history.missed(`${response.status} ${body.errors?.[0]?.extensions?.code ?? 'no data'}`);
        return null;
      }
      asked.answeredMs = performance.now();
      return body.data;
    } catch (error) {
      const { name, cause } = error as Error & { cause?: { code?: string } };
      this.history.missed(cause?.code ?? name);
      return null;
    }
  }

  /** One try of an operation. @returns what it was told, null where that is not known */
  async attempt({ mutation, input, user, role }: Operation): Promise<Told | null> {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const query = `mutation Call($input: ${type}!) { ${mutation}(input: $input) { ${SELECTIONS[mutation]} ${ERRORS} } }`;
    const data = await this.ask(user, role, query, { input });
    if (!data) return null;
    const { errors, ...payload } = data[mutation];
    const [error] = errors as { code: string; message: string }[];
    if (error && LATER.has(error.code)) {
      this.history.missed(error.code);
      return null;
    }
    const made = (payload.intent ?? payload.transaction ?? payload.hold ?? payload.refund) as {
      id: string;
    } | null;
    return { id: error ? null : (made?.id ?? null), code: error?.code ?? null };
  }

  /** Tries until it is told, or until `untilMs` on the clock of performance.now(). */
  async persist(operation: Operation, untilMs: number): Promise<Told | null> {
    while (operation.told === null) {
      operation.attempts += 1;
      const told = await this.attempt(operation);
      operation.told = told;
      operation.toldAtMs = performance.now();
      if (told || performance.now() > untilMs) break;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS * (1 + this.random.next())));
    }
    return operation.told;
  }

  private async token(user: string, role: 'user' | 'finance' | 'admin'): Promise<string> {
    const name = `${role} ${user}`;
    const token = this.tokens.get(name) ?? (await this.stage.token(user, role));
    this.tokens.set(name, token);
    return token;
  }
}
