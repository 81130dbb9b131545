import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import {
  ActivateRulesDocument,
  RetireRulesDocument,
  RuleVersionsDocument,
  type RuleVersionsQuery,
} from '../../gql/risk/graphql';
import { Confirm, told, useAct } from '../parts/act';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { Status, Time } from '../parts/values';
import { useSession } from '../session';
import { Changes } from './changes';
import { Propose } from './propose';

export type RuleSet = NonNullable<RuleVersionsQuery['admin']>['riskRules'][number];

/** Versions of the rules: which one acts, which one judges beside it, and what each would change. */
export function Screen() {
  const [{ data, error }, read] = useQuery({ query: RuleVersionsDocument, variables: {} });
  const refresh = () => read({ requestPolicy: 'network-only' });
  const sets = data?.admin?.riskRules;
  const active = sets?.find(({ state }) => state === 'active');
  const [shown, show] = useState<number | null>(null);
  const chosen = sets?.find(({ version }) => version === shown) ?? active;
  const { mayRead } = useSession();
  return (
    <Page
      title="Rules"
      actions={
        <>
          {chosen && mayRead('Admin.riskBacktest') && (
            <Link href={`/backtest?version=${chosen.version}`}>Backtest version {chosen.version}</Link>
          )}
          {active && <Propose active={active} done={refresh} />}
        </>
      }
    >
      {error && <Trouble error={error} again={refresh} />}
      {!sets && !error && <Loading rows={3} />}
      {sets?.length === 0 && <Empty title="No rules" text="Nothing is judged before there are any." />}
      {sets && sets.length > 0 && (
        <Table
          label="Versions"
          rows={sets}
          keyOf={(row) => row.id}
          columns={[
            {
              title: 'Version',
              cell: (row) => (
                <button type="button" className="plain" onClick={() => show(row.version)}>
                  <b>{row.version}</b>
                </button>
              ),
            },
            { title: 'State', cell: (row) => <Status value={row.state} />, card: 'head' },
            { title: 'What for', cell: (row) => row.note ?? '–', card: 'line' },
            { title: 'Proposed by', cell: (row) => row.proposedBy, wide: true },
            { title: 'Activated by', cell: (row) => row.approvedBy ?? '–', wide: true },
            {
              title: 'Since',
              cell: (row) => <Time at={row.activatedAt ?? row.createdAt} />,
              right: true,
              wide: true,
            },
            { title: 'Do', cell: (row) => <Act set={row} done={refresh} />, right: true, card: 'bare' },
          ]}
        />
      )}
      {chosen && active && <Changes set={chosen} active={active} />}
    </Page>
  );
}

export function Act({ set, done }: { readonly set: RuleSet; readonly done: () => void }) {
  const act = useAct();
  const input = { version: set.version };
  if (set.state === 'active') return null;
  return (
    <div className="actions end">
      <Confirm
        sends={ActivateRulesDocument}
        button="Activate"
        title={`Judge by version ${set.version} from now on?`}
        confirm="Activate"
        danger
        act={async () => {
          await act(ActivateRulesDocument, { input });
          told(`Version ${set.version} judges from now on.`);
          done();
        }}
      >
        <p>
          The next purchase in any process is judged by it. The version that judges now can be activated
          again.
        </p>
      </Confirm>
      {set.state !== 'retired' && (
        <Confirm
          sends={RetireRulesDocument}
          button="Put aside"
          title={`Put version ${set.version} aside?`}
          confirm="Put aside"
          act={async () => {
            await act(RetireRulesDocument, { input });
            told(`Version ${set.version} is put aside.`);
            done();
          }}
        >
          <p>It judges nothing then, also not beside the active rules.</p>
        </Confirm>
      )}
    </div>
  );
}
