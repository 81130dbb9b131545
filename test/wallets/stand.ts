// A shared wallet with one of each role, over the stand of credits.
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/callers/caller';
import { holdCredits } from '../../src/credits/hold';
import { spendCredits } from '../../src/credits/spend';
import { createWallet } from '../../src/wallets/create-wallet';
import { removeWalletMember } from '../../src/wallets/remove-wallet-member';
import { setWalletMember } from '../../src/wallets/set-wallet-member';
import type { WalletRole } from '../../src/wallets/shared-wallet.entity';
import { as, type CreditStand, service } from '../credits/stand';

export interface Company {
  readonly walletId: string;
  readonly olga: Caller;
  readonly mary: Caller;
  readonly mel: Caller;
}

let count = 0;

export function walletsOf(stand: CreditStand) {
  const set = (walletId: string, userId: string, role: WalletRole, caller: Caller = service) =>
    setWalletMember(stand.deps, caller, { walletId, userId, role });
  const remove = (walletId: string, userId: string, caller: Caller = service) =>
    removeWalletMember(stand.deps, caller, { walletId, userId });
  return {
    set,
    remove,
    /** Owner olga, manager mary, member mel, each of this company alone; 50 credits. */
    company: async (): Promise<Company> => {
      const nth = ++count;
      const [olga, mary, mel] = ['olga', 'mary', 'mel'].map((name) => as(`${name}_${nth}`)) as [
        Caller,
        Caller,
        Caller,
      ];
      const input = { name: `Company ${nth}`, ownerId: olga.id, idempotencyKey: randomUUID() };
      const { wallet } = await createWallet(stand.deps, service, input);
      await set(wallet.id, mary.id, 'manager');
      await set(wallet.id, mel.id, 'member');
      await stand.buy(wallet.id);
      return { walletId: wallet.id, olga, mary, mel };
    },
    spend: (
      caller: Caller,
      walletId: string,
      credits: number,
      more: { key?: string; memberId?: string; deps?: CreditStand['deps'] } = {},
    ) =>
      spendCredits(more.deps ?? stand.deps, caller, {
        ...{ walletId, memberId: more.memberId, credits: BigInt(credits), reason: 'A picture' },
        idempotencyKey: more.key ?? randomUUID(),
      }),
    hold: (
      caller: Caller,
      walletId: string,
      credits: number,
      more: { key?: string; memberId?: string } = {},
    ) =>
      holdCredits(stand.deps, caller, {
        ...{ walletId, memberId: more.memberId, credits: BigInt(credits), reason: 'A film' },
        ...{ ttlSeconds: 3600, idempotencyKey: more.key ?? randomUUID() },
      }),
  };
}
