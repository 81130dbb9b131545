// A wallet that three customers share: one owns it and buys, one manages it, and one may spend only so much a month.
import type { Caller } from '../callers/caller';
import { holdCredits } from '../credits/hold';
import { setSpendLimit } from '../credits/set-spend-limit';
import { spendCredits } from '../credits/spend';
import type { Deps } from '../graphql/context';
import { createIntent } from '../intents/create';
import { simulatePayment } from '../intents/simulate';
import { Problem } from '../kernel/problems';
import { upsertUser } from '../users/upsert-user';
import { createWallet } from '../wallets/create-wallet';
import { membershipsOf } from '../wallets/find';
import { setWalletMember } from '../wallets/set-wallet-member';
import { seedName } from './seed-names';
import type { PlannedPurchase } from './seed-plan';

const PRODUCT: Caller = { id: 'shop', role: 'service' };
const [OWNER, MANAGER, MEMBER] = ['user_1', 'user_2', 'user_3'] as const;

/** Makes it, with a purchase as somebody plans one, and the first spend. */
export async function shareWallet(deps: Deps, [first]: readonly PlannedPurchase[]): Promise<void> {
  if (!first) return;
  for (const id of [OWNER, MANAGER, MEMBER]) await upsertUser(deps, PRODUCT, { id, ...seedName(id) });
  const { wallet } = await createWallet(deps, PRODUCT, {
    name: 'Banyan Films',
    ownerId: OWNER,
    idempotencyKey: 'seed-wallet',
  });
  const walletId = wallet.id;
  await setWalletMember(deps, PRODUCT, { walletId, userId: MANAGER, role: 'manager' });
  await setWalletMember(deps, PRODUCT, { walletId, userId: MEMBER, role: 'member' });
  const { packageId, provider, currency } = first;
  const owner: Caller = { id: OWNER, role: 'user' };
  const { intent } = await createIntent(deps, owner, {
    ...{ walletId, packageId, provider, currency },
    idempotencyKey: 'seed-wallet',
  });
  await simulatePayment(deps, owner, { id: intent.id, outcome: 'succeed', delayMs: 0 });
  await spend(deps, walletId, MANAGER, 12n, 'A trailer');
}

/** What its members spend of it after all else, so that a limit of this month has something to say; made now where there is none. */
export async function spendTogether(deps: Deps, plan: readonly PlannedPurchase[]): Promise<void> {
  const shared = async () => (await membershipsOf(deps, OWNER))[0]?.wallet.id;
  if (!(await shared())) await shareWallet(deps, plan);
  const walletId = await shared();
  if (!walletId) return;
  await setSpendLimit(deps, PRODUCT, { walletId, memberId: MEMBER, per: 'month', credits: 20n });
  try {
    await spend(deps, walletId, MEMBER, 8n, 'Subtitles');
    await spend(deps, walletId, MEMBER, 5n, 'A poster');
    await spend(deps, walletId, OWNER, 9n, 'A trailer in another language');
    await holdCredits(
      deps,
      { id: MANAGER, role: 'user' },
      {
        ...{ walletId, credits: 10n, reason: 'Rendering a film', idempotencyKey: 'seed-wallet-hold' },
        ttlSeconds: 86_400,
      },
    );
  } catch (error) {
    // Of an earlier history that used it up.
    if (!(error instanceof Problem)) throw error;
  }
}

const spend = (deps: Deps, walletId: string, memberId: string, credits: bigint, reason: string) =>
  spendCredits(
    deps,
    { id: memberId, role: 'user' },
    { walletId, credits, reason, idempotencyKey: `seed-wallet-${reason}` },
  );
