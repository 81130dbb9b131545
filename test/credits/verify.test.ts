// Each invariant about lots and holds finds what breaks it: the owner of the tables changes a row behind the
// application's back, and puts it back.
import { brokenIn } from '../support/ledger';
import { useCreditStand } from './stand';

const stand = useCreditStand();

beforeAll(async () => {
  await stand.buy('ada');
  await stand.buy('ada', 1);
  await stand.pass('ada', 86_401);
  await stand.standing('ada');
  const { hold: settled } = await stand.hold('ada', 3);
  await stand.settle('ada', settled.id, 2);
  await stand.hold('ada', 10);
});

const SETTLED = "status = 'settled' and user_id = 'ada'";

it.each([
  [
    'nobody has free credits beside a debt',
    [
      'alter table wallets drop constraint if exists wallets_debt_first, disable trigger user',
      "update wallets set owed = 1 where user_id = 'ada'",
    ],
    ["update wallets set owed = 0 where user_id = 'ada'", 'alter table wallets enable trigger user'],
  ],
  [
    'a lot has set aside what holds took of it',
    ["update lots set held = 9 where user_id = 'ada' and held = 10"],
    ["update lots set held = 10 where user_id = 'ada' and held = 9"],
  ],
  [
    'a hold has set aside what its lots say, all of them its user’s, and nothing once it has ended',
    ["update holds set held = 9 where status = 'open'"],
    ["update holds set held = 10 where status = 'open'"],
  ],
  [
    'a wallet has set aside what its open holds did',
    ["update wallets set held = 9 where user_id = 'ada'"],
    ["update wallets set held = 10 where user_id = 'ada'"],
  ],
  [
    'a hold is open or has ended once, and what was settled was spent',
    [`update holds set settled_credits = 3 where ${SETTLED}`],
    [`update holds set settled_credits = 2 where ${SETTLED}`],
  ],
  [
    'a hold is open or has ended once, and what was settled was spent',
    [`update holds set status = 'released', settled_credits = null where ${SETTLED}`],
    ["update holds set status = 'settled', settled_credits = 2 where status = 'released'"],
  ],
  [
    'a lot has room for what was taken back of it, should that come back too',
    [
      "insert into revoked_lots select 'ref_planted', id, granted from lots where user_id = 'ada' and remaining > 0",
    ],
    ["delete from revoked_lots where cause_id = 'ref_planted'"],
  ],
  [
    'each lot has earned the share of its price that was spent of it, within one minor unit, and keeps nothing when it is used up',
    [
      'alter table lots drop constraint lots_earned',
      "update lots set earned_minor = earned_minor - 2 where user_id = 'ada' and spent > 0",
    ],
    ["update lots set earned_minor = earned_minor + 2 where user_id = 'ada' and spent > 0"],
  ],
  [
    'each open dispute and each open review claims the credits that it is about, and nobody else claims any',
    [
      "insert into claims (cause_id, user_id, intent_id, credits, since) values ('dsp_planted', 'ada', 'int_1', 1, now())",
    ],
    ["delete from claims where cause_id = 'dsp_planted'"],
  ],
  [
    'the history of a lot ends with what is left of it',
    [
      "insert into lot_history (lot_id, at, remaining) select id, now(), 7 from lots where user_id = 'ada' and remaining > 0",
    ],
    ['delete from lot_history where remaining = 7'],
  ],
  [
    'only credits whose time was over have expired',
    ["update lots set expires_at = expires_at + interval '1 year' where remaining = 0"],
    ["update lots set expires_at = expires_at - interval '1 year' where remaining = 0"],
  ],
])('%s', async (invariant, changes, repairs) => {
  expect(await brokenIn(stand.database.url)).toEqual([]);

  for (const change of changes) await stand.sql(change);
  const broken = await brokenIn(stand.database.url);
  for (const repair of repairs) await stand.sql(repair);

  expect(broken.map((found) => found.invariant)).toContain(invariant);
});
