// How users are called, taken from their own tokens where a setting says so.
import { Client } from '../support/client';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { handMade, nowSeconds, SECRET } from './tokens';

const database = useDatabase();
afterAll(stopGateways);

const settings = (more: Record<string, string>) => ({
  ...{ DATABASE_URL: database.url, AUTH_JWT_SECRET: SECRET },
  ...more,
});
const signedIn = (url: string, claims: Record<string, unknown>) =>
  new Client(url, handMade({ exp: nowSeconds() + 300, ...claims }));
const buy = (who: Client, key: string) =>
  who.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe', idempotencyKey: key },
    'intent { id }',
  );
const CALLED = 'query ($id: ID!) { balance(userId: $id) { user { email name createdAt } } }';

it('who buys is called as the token says, a later one changes it, and what is no name or address is not kept', async () => {
  const { url } = await startGateway(settings({ AUTH_NAME_CLAIM: 'profile.name' }));
  const support = signedIn(url, { sub: 'sue', role: 'support' });
  const called = async (id: string) => (await support.query(CALLED, { id })).data.balance.user;
  const ada = { sub: 'ada', email: 'Ada@Shop.example', profile: { name: 'Ada Lovelace' } };

  await signedIn(url, ada).query('{ balance { credits } }');
  expect(await called('ada')).toBeNull();
  await buy(signedIn(url, { ...ada, account_created_at: 1_700_000_000 }), 'a');
  expect(await called('ada')).toEqual({
    ...{ email: 'Ada@Shop.example', name: 'Ada Lovelace', createdAt: '2023-11-14T22:13:20.000Z' },
  });
  await buy(signedIn(url, { ...ada, email: 'ada@king.example', profile: {} }), 'b');
  expect(await called('ada')).toMatchObject({ email: 'ada@king.example', name: 'Ada Lovelace' });

  await buy(signedIn(url, { sub: 'odd', email: 'no address', profile: { name: '\0' } }), 'c');
  expect(await called('odd')).toBeNull();
  const { data } = await support.query(
    '{ intents(filter: { search: "ada lovelace" }) { nodes { userId } } }',
  );
  expect(data.intents.nodes).toEqual([{ userId: 'ada' }, { userId: 'ada' }]);
});

it('without the setting neither a name nor an address is kept', async () => {
  const { url } = await startGateway(settings({}));
  await buy(signedIn(url, { sub: 'quiet', email: 'quiet@shop.example', name: 'Quiet' }), 'q');
  const support = signedIn(url, { sub: 'sue', role: 'support' });
  expect((await support.query(CALLED, { id: 'quiet' })).data.balance.user).toBeNull();
});
