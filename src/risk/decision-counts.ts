// What was decided of purchases, for whoever runs the gateway: counted as answers pass by, so that nothing is read for it.
import type { RiskDecisionKind, RiskStage, RiskTold } from './decision.entity';

export interface Decided {
  readonly stage: RiskStage;
  readonly decision: RiskDecisionKind;
  readonly told: RiskTold;
}

/** Of this process since its start. */
export interface DecisionCounts {
  add(decided: Decided): void;
  all(): readonly (Decided & { readonly count: number })[];
}

export function createDecisionCounts(): DecisionCounts {
  const counts = new Map<string, Decided & { count: number }>();
  return {
    add: (decided) => {
      const name = `${decided.stage} ${decided.decision} ${decided.told}`;
      const known = counts.get(name);
      if (known) known.count++;
      else counts.set(name, { ...decided, count: 1 });
    },
    all: () => [...counts.values()],
  };
}
