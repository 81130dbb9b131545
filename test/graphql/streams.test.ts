// Each event of a stream is for a caller who may still hear it.
import { type ExecutionResult, parse } from 'graphql';
import { type Caller, hasRole } from '../../src/callers/caller';
import { createSpend } from '../../src/credits/spend';
import { subscribeWhileCurrent } from '../../src/graphql/execution';
import { REQUIRED_ROLES } from '../../src/graphql/required-roles';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { paidIntents, useAsking } from './asking';

const asking = useAsking();
const schema = buildGatewaySchema();
type Stream = AsyncGenerator<ExecutionResult, void, void>;

const watch = (caller: Caller, query: string) =>
  subscribeWhileCurrent({
    schema,
    document: parse(query),
    contextValue: asking.context(caller),
  }) as Promise<Stream>;

async function spend(userId: string, key: string): Promise<void> {
  await createSpend(asking.deps.pool)({
    userId,
    credits: 1n,
    reason: 'r',
    key,
    inputHash: key,
    actor: userId,
    kind: 'user',
  });
  asking.deps.hub.wake([`wallet:${userId}`]);
}

it('is told while the token is good, and the first one after its end is a refusal and the last', async () => {
  await paidIntents(asking, 'owner', 1);
  const caller = { id: 'owner', role: 'user', expiresAtMs: Date.now() + 60_000 } as {
    -readonly [Name in keyof Caller]: Caller[Name];
  };
  const stream = await watch(caller, 'subscription { balanceChanged { kind balance { credits } } }');
  expect((await stream.next()).value).toMatchObject({
    data: { balanceChanged: { balance: { credits: 50 } } },
  });
  await spend('owner', 'first');
  expect((await stream.next()).value).toMatchObject({
    data: { balanceChanged: { balance: { credits: 49 } } },
  });

  caller.expiresAtMs = Date.now() - 1;
  await spend('owner', 'second');
  const { value } = await stream.next();
  expect(value).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  expect((value as ExecutionResult).data).toBeUndefined();
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

it('that asks for a role asks for it again: who has lost it meanwhile hears nothing more', async () => {
  const role = REQUIRED_ROLES.get('Subscription.adminFeed');
  expect(role).toBe('support');
  const caller = { id: 'sup_1', role: 'support' } as { -readonly [Name in keyof Caller]: Caller[Name] };
  const stream = await watch(caller, 'subscription { adminFeed { kind } }');
  expect((await stream.next()).value).toMatchObject({ data: { adminFeed: { kind: 'snapshot' } } });
  caller.role = 'user';
  expect(hasRole(caller, 'support')).toBe(false);
  const next = stream.next();
  await paidIntents(asking, 'other', 1);
  const { value } = await next;
  expect(value).toMatchObject({ data: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  await stream.return();
});
