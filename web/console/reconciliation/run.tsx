import { useQuery } from 'urql';
import {
  CancelRunDocument,
  ResumeRunDocument,
  RunDetailDocument,
  type RunRowFragment,
} from '../../gql/reconciliation/graphql';
import { useFeed } from '../feed';
import { Export } from '../finance/export';
import { Confirm, told, useAct } from '../parts/act';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Time } from '../parts/values';
import { BreakFilters, Breaks, useBreakFilter } from './breaks';
import { isUnderWay, RunState } from './progress';

export function Screen({ params }: { readonly params: Readonly<Record<string, string | undefined>> }) {
  const id = params.id ?? '';
  const { state, filter } = useBreakFilter(id);
  const [{ data, error, fetching }, read] = useQuery({ query: RunDetailDocument, variables: { id } });
  const refresh = () => read({ requestPolicy: 'network-only' });
  useFeed((event) => event.subject?.id === id && refresh());
  const run = data?.admin?.reconciliationRun;
  return (
    <Page
      title={run ? `Run over ${run.provider}` : 'Run'}
      back={{ href: '/reconciliation', text: 'Reconciliation' }}
      actions={
        run && (
          <>
            <Export select={{ breaks: filter }} />
            <Tools run={run} done={refresh} />
          </>
        )
      }
    >
      {error && <Trouble error={error} again={refresh} />}
      {!run && fetching && <Loading />}
      {data && !run && !fetching && <Empty title="No such run" text="Its address may be cut." />}
      {run && (
        <>
          <Figures run={run} done={refresh} />
          {!isUnderWay(run.status) && (
            <>
              <BreakFilters state={state} />
              <Breaks
                key={JSON.stringify([filter, run.status])}
                filter={filter}
                done={refresh}
                none={
                  run.open > 0 && !state.get('kind') && !state.get('status')
                    ? `A dry run: it counted ${run.open.toLocaleString()} and opened none.`
                    : undefined
                }
              />
            </>
          )}
        </>
      )}
    </Page>
  );
}

interface RunProps {
  readonly run: RunRowFragment;
  readonly done: () => void;
}

function Figures({ run, done }: RunProps) {
  return (
    <>
      <div className="filters">
        <RunState run={run} done={done} />{' '}
        <span className="quiet">
          <Time at={run.from} long /> to <Time at={run.to} long />
        </span>
      </div>
      <dl className="figures">
        {[
          ['Matched', run.matched.toLocaleString()],
          ['Breaks', run.found.toLocaleString()],
          ['Open', run.open.toLocaleString()],
          ['Difference', run.differences.map(({ formatted }) => formatted).join(', ') || 'none'],
        ].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Tools({ run, done }: RunProps) {
  const act = useAct();
  const input = { id: run.id };
  const cancel = async () => {
    await act(CancelRunDocument, { input });
    told('The run is canceled. What it did is kept.');
    done();
  };
  const resume = async () => {
    await act(ResumeRunDocument, { input });
    told('The run goes on.');
    done();
  };
  if (isUnderWay(run.status))
    return (
      <Confirm
        key="cancel"
        sends={CancelRunDocument}
        button="Cancel run"
        title="Cancel this run?"
        confirm="Cancel run"
        danger
        act={cancel}
      >
        <p>It stops where it is. What it has found is kept, and it can be resumed.</p>
      </Confirm>
    );
  if (run.status === 'succeeded') return null;
  return (
    <Confirm
      key="resume"
      sends={ResumeRunDocument}
      button="Resume"
      title="Resume this run?"
      confirm="Resume"
      act={resume}
    >
      <p>It goes on where it stopped.</p>
    </Confirm>
  );
}
