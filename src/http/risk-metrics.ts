// What /metrics says of risk: read when it is asked, from what every process shares. Where the database is away the figures
// are missing, and the others are still there.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Deps } from '../graphql/context';
import { reviewTotals } from '../reviews/totals';
import { type Waiting, waitingReviews } from '../reviews/waiting';
import { findAttack } from '../risk/find-attack';

export function addRiskMetrics(deps: Deps, registers: Registry[]): void {
  countDecisions(deps, registers);
  countReviews(deps, registers);
  new Gauge({
    name: 'risk_attack_open',
    help: '1 while the shop is under attack.',
    registers,
    async collect() {
      const attack = await findAttack(deps).catch(() => null);
      this.set(attack !== null && attack.endedAt === null ? 1 : 0);
    },
  });
  const ofReviews = (name: string, help: string, figureOf: (waiting: Waiting) => number) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const waiting = await waitingReviews(deps).catch(() => null);
        if (waiting) this.set(figureOf(waiting));
      },
    });
  ofReviews(
    'risk_reviews_open',
    'Paid purchases whose credits are frozen until somebody decides.',
    ({ reviews }) => reviews,
  );
  ofReviews(
    'risk_review_oldest_seconds',
    'For how long the first of the open reviews waits; 0: none does.',
    ({ oldestSeconds }) => oldestSeconds,
  );
}

/** Of this process alone, as all counters but those of reviews. */
function countDecisions({ decisionCounts }: Deps, registers: Registry[]): void {
  new Counter({
    name: 'risk_decisions_total',
    help: 'Purchases that were judged, by when, by what the rules said, and by what came of it.',
    labelNames: ['stage', 'decision', 'told'],
    registers,
    collect() {
      this.reset();
      for (const { count, stage, decision, told } of decisionCounts.all())
        this.inc({ stage, decision, told }, count);
    },
  });
}

function countReviews(deps: Deps, registers: Registry[]): void {
  new Counter({
    name: 'risk_reviews_total',
    help: 'Reviews that were opened, approved, rejected, or expired, over all processes.',
    labelNames: ['outcome'],
    registers,
    async collect() {
      const totals = await reviewTotals(deps).catch(() => null);
      if (!totals) return;
      this.reset();
      for (const { status, reviews } of totals)
        this.inc({ outcome: status === 'open' ? 'opened' : status }, reviews);
    },
  });
}
