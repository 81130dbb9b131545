import { useEffect } from 'react';
import { useSubscription } from 'urql';
import {
  RunProgressDocument,
  type RunProgressSubscription,
  type RunRowFragment,
} from '../../gql/reconciliation/graphql';
import { Status } from '../parts/values';

type Progress = RunProgressSubscription['jobProgress']['progress'];

/** Queued or running: more comes by itself. */
export const isUnderWay = (status: string) => status === 'queued' || status === 'running';

/** How far a run is, as it goes on; `done` is called when it has ended. */
export function RunState({ run, done }: { readonly run: RunRowFragment; readonly done: () => void }) {
  const [{ data }] = useSubscription({
    query: RunProgressDocument,
    variables: { id: run.id },
    pause: !isUnderWay(run.status),
  });
  const live = isUnderWay(run.status) && data?.jobProgress.jobId === run.id ? data.jobProgress : run;
  const hasEnded = live !== run && !isUnderWay(live.status);
  useEffect(() => {
    if (hasEnded) done();
  }, [hasEnded]);
  return (
    <>
      <Status value={live.status} />
      {isUnderWay(live.status) && <Bar progress={live.progress} />}
    </>
  );
}

function Bar({ progress }: { readonly progress: Progress }) {
  const { done, total, etaSeconds, message } = progress;
  const words = [
    total ? `${done.toLocaleString()} of ${total.toLocaleString()}` : `${done.toLocaleString()} read`,
    etaSeconds ? `${etaSeconds} s to go` : null,
    message,
  ];
  return (
    <div className="quiet">
      <progress aria-label="Progress" max={total ?? undefined} value={total ? done : undefined} />{' '}
      {words.filter(Boolean).join(' · ')}
    </div>
  );
}
