// Applies the steps that have come due. Several processes may try the same one; the first to write it wins.
import type { Pool } from 'pg';
import { type Loop, makeLoop } from './loop';
import { rootOf } from './objects';
import type { Stage } from './outcomes';
import { PROVIDERS } from './providers';
import type { Store } from './store';

interface DueStep {
  readonly id: string;
  readonly root_id: string;
  readonly stage: Stage;
}

export interface StepOptions {
  readonly pool: Pool;
  readonly store: Store;
  readonly onFault: (error: unknown) => void;
}

// One set of decisions.
const STEPS_MAX = 64;
// A step that another process scheduled and did not live to apply is this late at most; what this one schedules rings.
const INTERVAL_MS = 2_000;

export function makeStepLoop({ pool, store, onFault }: StepOptions): Loop {
  return makeLoop({
    intervalMs: INTERVAL_MS,
    onFault,
    async run() {
      const { rows } = await pool.query<DueStep>({
        name: 'simulator_due_steps',
        text: 'select id, root_id, stage from simulator.due_steps($1)',
        values: [STEPS_MAX],
      });
      const applied = await Promise.allSettled(rows.map((step) => applyStep(store, step)));
      for (const result of applied) if (result.status === 'rejected') onFault(result.reason);
      return rows.length === STEPS_MAX && applied.some((result) => result.status === 'fulfilled');
    },
  });
}

function applyStep(store: Store, step: DueStep): Promise<void> {
  return store.decide<void>({
    id: step.root_id,
    step: { id: step.id, goneResult: undefined },
    decide(family) {
      const root = rootOf(family);
      const change = root && PROVIDERS[root.provider].performer.apply(family, step.stage);
      return { result: undefined, ...(change ? { change } : {}) };
    },
  });
}
