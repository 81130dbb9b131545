import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import {
  AllowedListDocument,
  BlockedListDocument,
  type BlockedListQuery,
  type RiskListKind,
} from '../../gql/risk/graphql';
import { Choice, Filters } from '../parts/filters';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { type UrlState, useUrlState } from '../parts/url-state';
import { Time, words } from '../parts/values';
import { Add, KINDS, Remove } from './list-entry';

export type Entry = NonNullable<BlockedListQuery['admin']>['blocklist']['nodes'][number];
export type ListName = 'block' | 'allow';

/** Who may never buy, and who always may: what a person knows better than the rules. */
export function Screen() {
  const state = useUrlState();
  const name: ListName = state.get('list') === 'allow' ? 'allow' : 'block';
  const kinds = state.list('kind') as RiskListKind[];
  return <List key={`${name} ${kinds.join()}`} state={state} name={name} kinds={kinds} />;
}

interface ListProps {
  readonly state: UrlState;
  readonly name: ListName;
  readonly kinds: RiskListKind[];
}

function useEntries(name: ListName, kinds: RiskListKind[], after: string | null) {
  const variables = { after, kind: kinds.length > 0 ? kinds : null };
  const [blocked, readBlocked] = useQuery({ query: BlockedListDocument, variables, pause: name !== 'block' });
  const [allowed, readAllowed] = useQuery({ query: AllowedListDocument, variables, pause: name !== 'allow' });
  const isBlock = name === 'block';
  const list = isBlock ? blocked.data?.admin?.blocklist : allowed.data?.admin?.allowlist;
  const { error, fetching } = isBlock ? blocked : allowed;
  const refresh = () => (isBlock ? readBlocked : readAllowed)({ requestPolicy: 'network-only' });
  return { list, error, fetching, refresh };
}

function List({ state, name, kinds }: ListProps) {
  const [after, setAfter] = useState<string | null>(null);
  const { list, error, fetching, refresh } = useEntries(name, kinds, after);
  return (
    <Page title="Block and allow" actions={<Add name={name} done={refresh} />}>
      <Filters>
        <SegmentedControl
          aria-label="List"
          value={name}
          onChange={(next) => state.set({ list: next === 'allow' ? next : null })}
          data={[
            { value: 'block', label: 'Blocked' },
            { value: 'allow', label: 'Allowed' },
          ]}
        />
        <Choice state={state} name="kind" label="Kind" values={KINDS} />
      </Filters>
      {error && <Trouble error={error} again={refresh} />}
      {!list && fetching && <Loading rows={3} />}
      {list?.nodes.length === 0 && (
        <Empty
          title={name === 'block' ? 'Nobody is blocked' : 'Nobody is allowed'}
          text={
            name === 'block'
              ? 'Whoever stands here cannot buy. The narrower entry decides: a user before an address, an address before a country.'
              : 'Whoever stands here may buy, whatever the rules say.'
          }
        />
      )}
      {list && list.nodes.length > 0 && (
        <Table
          label={name === 'block' ? 'Blocked' : 'Allowed'}
          rows={list.nodes}
          keyOf={(row) => row.id}
          more={list.pageInfo.hasNextPage ? () => setAfter(list.pageInfo.endCursor ?? null) : null}
          isReading={fetching}
          columns={[
            { title: 'Who', cell: (row) => <b>{row.value}</b> },
            { title: 'Kind', cell: (row) => words(row.kind), card: 'head' },
            { title: 'Why', cell: (row) => row.reason, card: 'line' },
            {
              title: 'Until',
              cell: (row) => (row.expiresAt ? <Time at={row.expiresAt} /> : 'removed'),
              right: true,
            },
            { title: 'By', cell: (row) => row.createdBy, wide: true },
            { title: 'Since', cell: (row) => <Time at={row.createdAt} />, right: true, wide: true },
            {
              title: 'End it',
              cell: (row) => <Remove name={name} item={row} done={refresh} />,
              right: true,
              card: 'bare',
            },
          ]}
        />
      )}
    </Page>
  );
}
