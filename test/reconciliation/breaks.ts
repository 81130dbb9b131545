// A gateway whose simulated providers send no events, asked over GraphQL, and the two sides of its books.
import { graphql } from 'graphql';
import { createContext } from '../../src/graphql/context';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { findJob } from '../../src/jobs/find';
import type { Job } from '../../src/jobs/job.entity';
import { runJob } from '../../src/jobs/run';
import { pause } from '../../src/kernel/clock';
import type { ProviderName } from '../../src/providers/provider';
import type { BreakKind, BreakSubject } from '../../src/reconciliation/match';
import { reconciliation } from '../../src/reconciliation/run';
import { finance, type RefundStand, useRefundStand } from '../refunds/stand';
import { clearingOf, heldForPayersOf, type Money, unappliedOf } from './sides';

const schema = buildGatewaySchema();
const BREAK = `id status subject kind suggestedFix fixes providerEntryId note resolvedBy
  ours { amountMinor currency } theirs { amountMinor currency }`;
const BREAKS = `query ($runId: ID!) { admin { breaks(first: 100, filter: { runId: $runId, status: [open] }) {
  nodes { ${BREAK} } } } }`;
const RESOLVE = `mutation ($input: ResolveBreakInput!) { resolveBreak(input: $input) {
  break { ${BREAK} } errors { code message } } }`;
const START = `mutation ($input: StartReconciliationInput!) { startReconciliation(input: $input) {
  run { id } errors { code message } } }`;

export interface BreakStand extends RefundStand {
  ask(source: string, variables: Record<string, unknown>): Promise<Record<string, any>>;
  /** A run from start to end over the last hour, after everything was paid out at Razorpay, whose report has nothing else. */
  reconcile(provider: ProviderName): Promise<Job>;
  breakOf(
    provider: ProviderName,
    key: string,
    subject: BreakSubject,
    kind: BreakKind,
    origin: 'books' | 'seen',
    /** Only breaks of this subject: one key may name two things. */
    only?: BreakSubject,
  ): Promise<Record<string, any>>;
  resolve(id: string, fix: string): Promise<Record<string, any>>;
  /** What the provider holds for us, by its own books and by ours: minor units by currency. */
  clearing(provider: ProviderName): Promise<{ ours: Money; theirs: Money }>;
  /** What our ledger says we owe to payers whose money bought nothing. */
  unapplied(provider: ProviderName): Promise<Money>;
  /** What the provider's objects say is still here of those payments. */
  heldForPayers(provider: ProviderName): Promise<Money>;
}

export function useBreaks(env: Record<string, string> = {}): BreakStand {
  const base = useRefundStand(env);
  let lastRun = '';
  const more: Omit<BreakStand, keyof RefundStand> = {
    ask: async (source, variableValues) => {
      const contextValue = createContext(base.app.deps, finance, 'request-1');
      const { data, errors } = await graphql({ schema, source, variableValues, contextValue });
      expect(errors).toBeUndefined();
      return data as Record<string, any>;
    },
    reconcile: async (provider) => {
      if (provider === 'razorpay') {
        // What is below zero waits until a sale makes up for it.
        await base.bought({ provider });
        await base.bought({ provider });
        await base.rows(`select simulator.pay_out('razorpay')`);
      }
      const to = Date.now() + 1_000;
      const range = { gte: new Date(to - 3_600_000).toISOString(), lt: new Date(to).toISOString() };
      const { startReconciliation } = await more.ask(START, { input: { provider, range } });
      expect(startReconciliation.errors).toEqual([]);
      lastRun = startReconciliation.run.id;
      const { deps } = base.app;
      await runJob(deps, [reconciliation(deps)], lastRun, new AbortController().signal);
      for (let tries = 0; tries < 600; tries++) {
        const job = (await findJob(deps, lastRun)) as Job;
        if (job.status !== 'queued' && job.status !== 'running') {
          expect(job).toMatchObject({ status: 'succeeded', message: null });
          return job;
        }
        await pause(50);
      }
      throw new Error('The run does not end');
    },
    breakOf: async (provider, key, subject, kind, origin, only) => {
      const runId = origin === 'seen' ? `run_seen_${provider}` : lastRun;
      const { admin } = await more.ask(BREAKS, { runId });
      const about = admin.breaks.nodes.filter(
        (item: any) => item.providerEntryId === key && (!only || item.subject === only),
      );
      expect(about).toMatchObject([{ subject, kind }]);
      return about[0];
    },
    resolve: async (id, fix) =>
      (await more.ask(RESOLVE, { input: { id, fix, note: 'Looked at it.' } })).resolveBreak,
    clearing: (provider) => clearingOf(base.rows, provider),
    unapplied: (provider) => unappliedOf(base.rows, provider),
    heldForPayers: (provider) => heldForPayersOf(base.rows, provider),
  };
  return Object.assign(base, more);
}
