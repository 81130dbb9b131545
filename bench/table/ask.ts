// The operations of the rows over HTTP: put together before, and each answer looked at.
import { asked, type Connection, newKey, requestText, slot, template } from './connection';
import * as documents from './documents';
import { type Operation, Refused } from './drive';
import type { Stands } from './stands';

const PATH = '/graphql';
const NO_ERRORS = '"errors":[]';

/** For each caller a request with a key of its own. @param userOf whose token it has, by the caller's number */
function keyed(
  stands: Stands,
  userOf: (caller: number) => string,
  query: string,
  input: object,
): (caller: number) => string {
  const templates = new Map<string, (part: string) => string>();
  return (caller) => {
    const user = userOf(caller);
    let made = templates.get(user);
    if (!made) {
      made = template(PATH, stands.token(user), {
        query,
        variables: { input: { ...input, idempotencyKey: slot } },
      });
      templates.set(user, made);
    }
    return made(newKey());
  };
}

/** Takes turns over all of them, whoever calls. */
export function eachInTurn(users: readonly string[]): (caller: number) => string {
  let nth = 0;
  return () => users[nth++ % users.length] as string;
}

const sent =
  (request: (caller: number) => string): Operation =>
  (connection, caller) =>
    asked(connection, request(caller), NO_ERRORS);

export const spend = (stands: Stands, userOf: (caller: number) => string): Operation =>
  sent(keyed(stands, userOf, documents.SPEND, { credits: 1, reason: 'bench' }));

export const create = (stands: Stands, userOf: (caller: number) => string) => {
  const request = keyed(stands, userOf, documents.CREATE, { packageId: 'small', provider: 'stripe' });
  return async (connection: Connection, caller: number): Promise<string> => {
    const body = await asked(connection, request(caller), NO_ERRORS);
    return idIn(body, 'int_');
  };
};

/** The same, and what it is called at the provider. */
export function createAt(stands: Stands, userOf: (caller: number) => string) {
  const request = keyed(stands, userOf, documents.CREATE_AT, { packageId: 'small', provider: 'stripe' });
  return async (connection: Connection, caller: number) => {
    const body = await asked(connection, request(caller), NO_ERRORS);
    return { id: idIn(body, 'int_'), providerIntentId: idIn(body, 'pi_') };
  };
}

/** A request that names what was made before by its id. */
function named(query: string, input: object, path = PATH) {
  const parts = JSON.stringify({ query, variables: { input } }).split(slot);
  return (connection: Connection, token: string, id: string): Promise<Buffer> =>
    asked(connection, requestText(path, token, parts.join(id)), NO_ERRORS);
}
const simulating = named(documents.SIMULATE, { id: slot });
const settling = named(documents.SETTLE, { id: slot, credits: 1, idempotencyKey: slot });

/** Pays an intent at the simulated provider and waits until its credits are there. */
export async function pay(connection: Connection, token: string, id: string): Promise<void> {
  const body = await simulating(connection, token, id);
  if (!body.includes('"succeeded"')) throw new Error(body.toString('latin1').slice(0, 300));
}

/** A hold of two credits and its settlement with one: two requests. @param onRequest hears how long each took */
export function holdAndSettle(
  stands: Stands,
  userOf: (caller: number) => string,
  onRequest: (ms: number) => void,
): Operation {
  const user = new Map<number, string>();
  const request = keyed(stands, (caller) => user.get(caller) as string, documents.HOLD, {
    credits: 2,
    reason: 'bench',
  });
  return async (connection, caller) => {
    user.set(caller, userOf(caller));
    const token = stands.token(user.get(caller) as string);
    const startedMs = performance.now();
    const id = idIn(await asked(connection, request(caller), NO_ERRORS), 'hld_');
    const heldMs = performance.now();
    await settling(connection, token, id);
    onRequest(heldMs - startedMs);
    onRequest(performance.now() - heldMs);
  };
}

function idIn(body: Buffer, prefix: string): string {
  const at = body.indexOf(prefix);
  if (at < 0) throw new Error(`No ${prefix} in ${body.toString('latin1').slice(0, 300)}`);
  return body.toString('latin1', at, body.indexOf('"', at));
}

/** A read that is the same each time. @param isGood what a right answer has in it */
export function read(
  stands: Stands,
  readers: readonly string[],
  query: string,
  variablesOf: (reader: string) => object,
  isGood: (reader: string) => string,
): Operation {
  const texts = readers.map((reader) =>
    requestText(PATH, stands.token(reader), JSON.stringify({ query, variables: variablesOf(reader) })),
  );
  const good = readers.map(isGood);
  return (connection, caller) => {
    const at = caller % readers.length;
    return asked(connection, texts[at] as string, good[at] as string);
  };
}

/** As `operation`, where 503 is no error. */
export function refusable(stands: Stands, userOf: (caller: number) => string): Operation {
  const request = keyed(stands, userOf, documents.SPEND, { credits: 1, reason: 'bench' });
  return async (connection, caller) => {
    const { status, body } = await connection.send(request(caller));
    if (status === 503) throw new Refused();
    if (status !== 200 || !body.includes(NO_ERRORS))
      throw new Error(`${status}: ${body.toString('latin1', 0, 300)}`);
  };
}
