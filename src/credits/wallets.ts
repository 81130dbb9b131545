import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { countRows } from '../db/count';
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
  const page = await readPage(walletsWhere(deps, args.search), BY_USER, args.page);
  const items = await Promise.all(
    page.items.map(async ({ node, cursor }) => ({ node: await balanceOf(deps, node.userId), cursor })),
  );
  return { ...page, items };
}

/** How many there are on all pages, as far as countRows counts. */
export const countWallets = (
  deps: { readonly dataSource: DataSource },
  search: string | null | undefined,
): Promise<number> => countRows(walletsWhere(deps, search));

function walletsWhere(
  { dataSource }: { readonly dataSource: DataSource },
  search: string | null | undefined,
): SelectQueryBuilder<Wallet> {
  const query = dataSource.createQueryBuilder(Wallet, 'wallet');
  const prefix = `${(search ?? '').replaceAll(/[\\%_]/g, '\\$&')}%`;
  return search ? query.where('wallet.userId like :prefix', { prefix }) : query;
}

const BY_USER: Ordering = {
  name: 'wallets',
  keys: [{ property: 'wallet.userId', type: 'text' }],
  direction: 'asc',
};
