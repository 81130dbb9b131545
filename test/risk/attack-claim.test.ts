// What payers notice of an attack: rules that are stricter, as long as it goes on.
import { randomUUID } from 'node:crypto';
import { createClaim } from '../../src/intents/claim';
import { newId } from '../../src/kernel/ids';
import { installDefaultRules } from '../../src/risk/install-default-rules';
import { UNKNOWN_PAYER } from '../../src/risk/payer';
import { watchAttack } from '../../src/risk/watch-attack';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const HOUR_MS = 3_600_000;

const sql = async (text: string, values: unknown[] = []) => (await database.pool().query(text, values)).rows;

/** A purchase by an account that is so many hours old. @returns what became of it, and whether the payer has to prove who it is */
async function buy(userId: string, ageHours: number) {
  const claim = createClaim({
    ...{ pool: database.pool(), mode: 'mock', ttlSeconds: 3600, leaseSeconds: 60 },
    ...{ risk: 'act', hasCaptcha: false },
  });
  const id = newId('intent');
  const claimed = await claim({
    ...{ id, userId, key: randomUUID(), inputHash: 'hash', packageId: 'small', provider: 'stripe' },
    ...{ currency: 'INR', amountMinor: 5000n, credits: 50n, createdBy: userId, fingerprintId: null },
    ...{ returnUrl: null, leaseToken: 'test', reference: null, metadata: null, isCheapest: true },
    ...{ challenge: { forceAuthentication: true }, hasPassed: false },
    payer: { ...UNKNOWN_PAYER, accountCreatedAt: new Date(Date.now() - ageHours * HOUR_MS) },
    request: { ourIntentId: id, amountMinor: '5000', currency: 'INR', description: 'Small', metadata: {} },
  });
  if (!('intent' in claimed)) return { outcome: claimed.outcome, isChallenged: false };
  return {
    outcome: claimed.outcome,
    isChallenged: claimed.intent.request.forceAuthentication === true,
  };
}

beforeAll(() => installDefaultRules(database.pool()));

it('who comes for the first time with a new account proves who it is, until the attack is over', async () => {
  expect(await buy('before', 0.5)).toEqual({ outcome: 'created', isChallenged: false });
  await sql('select tally_risks(20, 20, 0, 0)');
  await watchAttack({ pool: database.pool(), log: silent });

  expect(await buy('during', 0.5)).toEqual({ outcome: 'created', isChallenged: true });
  expect(await buy('known', 500)).toEqual({ outcome: 'created', isChallenged: false });

  await sql('update risk_attacks set ended_at = instant()');
  expect(await buy('after', 0.5)).toEqual({ outcome: 'created', isChallenged: false });
});

it('what is blocked is told to the watch, and what passes is not', async () => {
  await sql('delete from risk_tallies');
  const outcomes = await Promise.all(Array.from({ length: 15 }, () => buy('quick', 500)));
  const blocked = outcomes.filter(({ outcome }) => outcome === 'blocked').length;

  expect(blocked).toBe(5);
  expect(
    await sql('select sum(stopped)::integer as stopped, sum(tries)::integer as tries from risk_tallies'),
  ).toEqual([{ stopped: blocked, tries: 0 }]);
});
