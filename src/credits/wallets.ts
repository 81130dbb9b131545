import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { COUNT_MAX, countRows } from '../db/count';
import {
  cursorAt,
  type Ordering,
  type Page,
  type PageRequest,
  pageSize,
  placeIn,
  readPage,
} from '../db/page';
import { balanceOf } from './balance';
import type { CreditDeps } from './deps';
import { Wallet } from './wallet.entity';

export interface WalletSearch {
  /** How the user's id begins. */
  readonly search?: string | null;
  /** Users who are called so, besides: whether or not they ever had credits. */
  readonly called?: readonly string[];
}

interface Needs {
  readonly dataSource: DataSource;
}

/**
 * One page of all wallets by their user's id, as they are now.
 * @throws Problem INVALID_INPUT for a bad page.
 */
export async function listWallets(
  deps: Pick<CreditDeps, 'readWallet'> & Needs,
  args: WalletSearch & { readonly page: Pick<PageRequest, 'first' | 'after'> },
): Promise<Page<Wallet>> {
  const { called = [] } = args;
  const { items, ...page } = await (called.length === 0
    ? idsOf(readPage(walletsWhere(deps, args), BY_USER, args.page))
    : pageOfCalled(deps, { ...args, called }));
  const wallets = items.map(async ({ node, cursor }) => ({ node: await balanceOf(deps, node), cursor }));
  return { ...page, items: await Promise.all(wallets) };
}

/** How many there are on all pages, as far as countRows counts. */
export async function countWallets(deps: Needs, search: WalletSearch): Promise<number> {
  if (!search.called?.length) return countRows(walletsWhere(deps, search));
  const [counted] = await deps.dataSource.query<{ count: number }[]>(
    `select count(*)::integer as count from (${CALLED}) found`,
    [search.called, `${prefixOf(search)}%`, '', COUNT_MAX],
  );
  return counted?.count ?? 0;
}

const idsOf = async (page: Promise<Page<Wallet>>): Promise<Page<string>> => {
  const { items, ...rest } = await page;
  return { ...rest, items: items.map(({ node, cursor }) => ({ node: node.userId, cursor })) };
};

const CALLED = `
  select id from (
    select unnest($1::text[]) collate "C" as id
    union (select user_id from wallets where user_id like $2 and user_id > $3 order by user_id limit $4)) found
  where id > $3 order by id limit $4`;

async function pageOfCalled(
  { dataSource }: Needs,
  {
    search,
    called,
    page,
  }: Required<Pick<WalletSearch, 'called'>> & WalletSearch & { readonly page: PageRequest },
): Promise<Page<string>> {
  const [size, after] = [pageSize(page), page.after ?? null];
  const [from = ''] = after === null ? [] : placeIn(after, BY_USER.name, ['text'], 'after');
  const values = [called, `${prefixOf({ search })}%`, from, size + 1];
  const rows = await dataSource.query<{ id: string }[]>(CALLED, values);
  return {
    items: rows.slice(0, size).map(({ id }) => ({ node: id, cursor: cursorAt(BY_USER.name, [id]) })),
    hasNextPage: rows.length > size,
    hasPreviousPage: after !== null,
  };
}

const prefixOf = ({ search }: WalletSearch) => (search ?? '').replaceAll(/[\\%_]/g, '\\$&');

function walletsWhere({ dataSource }: Needs, { search }: WalletSearch): SelectQueryBuilder<Wallet> {
  const query = dataSource.createQueryBuilder(Wallet, 'wallet');
  return search ? query.where('wallet.userId like :prefix', { prefix: `${prefixOf({ search })}%` }) : query;
}

const BY_USER: Ordering = {
  name: 'wallets',
  keys: [{ property: 'wallet.userId', type: 'text' }],
  direction: 'asc',
};
