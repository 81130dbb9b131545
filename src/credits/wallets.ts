import type { DataSource } from 'typeorm';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { balanceOf } from './balance';
import type { CreditDeps } from './deps';
import { Wallet } from './wallet.entity';

/**
 * One page of all wallets by their user's id, as they are now.
 * @param args.search how the user's id begins.
 * @throws Problem INVALID_INPUT for a bad page.
 */
export async function listWallets(
  deps: Pick<CreditDeps, 'readWallet'> & { readonly dataSource: DataSource },
  args: { readonly search?: string | null; readonly page: PageRequest },
): Promise<Page<Wallet>> {
  const query = deps.dataSource.createQueryBuilder(Wallet, 'wallet');
  const search = args.search ?? '';
  const prefix = `${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
  if (search !== '') query.where('wallet.userId like :prefix', { prefix });
  const page = await readPage(query, BY_USER, args.page);
  const items = await Promise.all(
    page.items.map(async ({ node, cursor }) => ({ node: await balanceOf(deps, node.userId), cursor })),
  );
  return { ...page, items };
}

const BY_USER: Ordering = {
  name: 'wallets',
  keys: [{ property: 'wallet.userId', type: 'text' }],
  direction: 'asc',
};
