// After a restore of the database to a while ago: brings it up to what the providers have, by the doors that news comes in by. It
// may be stopped and begun again, run twice at once, and run beside gateways that serve.
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { readInstant } from '../db/instant';
import { sweepDisputes } from '../disputes/sweep';
import type { RestoreNeeds } from '../intents/restore';
import { invalidInput } from '../kernel/problems';
import type { ProviderName } from '../providers/provider';
import { inTurn } from '../providers/registry';
import { lookAtOpen } from './recover-open';
import { NOTHING_RECOVERED, type Recovered, recoverPurchases } from './recover-purchases';
import { recoverRefunds } from './recover-refunds';

export type RecoverNeeds = RestoreNeeds;

export interface Recover {
  /** When the backup was made, or the time to which the log was replayed. */
  readonly since: Date;
  /** Say what is lost, and change nothing. */
  readonly dryRun: boolean;
}

export interface Recovery {
  readonly since: string;
  readonly dryRun: boolean;
  readonly providers: Readonly<Partial<Record<ProviderName, Recovered>>>;
  /** Disputes that were read. */
  readonly disputes: number;
  /** All that is at the providers is here, or will be by itself. */
  readonly isComplete: boolean;
}

/** How far it is: what is done, by how many so far. */
export type TellRecovery = (what: string, done: number) => void;

/**
 * Makes lost purchases again, reads those that stand otherwise by now, their refunds and their disputes.
 * @throws Problem INVALID_INPUT for a time that is to come; Error when a provider cannot be listed right now; beginning again goes on from there.
 */
export async function recover(
  given: RecoverNeeds,
  caller: Caller,
  { since, dryRun }: Recover,
  tell: TellRecovery,
): Promise<Recovery> {
  const deps = inTurn(given, 'books');
  const now = await readInstant(deps.pool);
  if (since > now) throw invalidInput('The time that the database was restored to is to come.', 'since');
  const window = { from: Math.floor(since.getTime() / 1000), to: Math.ceil(now.getTime() / 1000) };
  const providers: Partial<Record<ProviderName, Recovered>> = {};
  for (const [name, provider] of deps.providers) {
    const work = { deps, by: caller.id, provider, since, window, dryRun, tell };
    const purchases = await recoverPurchases(work);
    const open = dryRun ? NOTHING_RECOVERED : await lookAtOpen(work);
    const refunds = await recoverRefunds(work);
    providers[name] = {
      ...purchases,
      looked: purchases.looked + open.looked,
      refunds: refunds.refunds,
      unanswered: purchases.unanswered + open.unanswered + refunds.unanswered,
      unreadable: [...purchases.unreadable, ...open.unreadable, ...refunds.unreadable],
    };
  }
  const disputes = dryRun ? 0 : await sweepDisputes(deps);
  const isComplete = Object.values(providers).every(
    ({ unanswered, unreadable }) => unanswered === 0 && unreadable.length === 0,
  );
  const recovery = { since: since.toISOString(), dryRun, providers, disputes, isComplete };
  if (!dryRun) await writeDown(deps, caller, recovery);
  return recovery;
}

const writeDown = ({ pool }: RecoverNeeds, caller: Caller, { since, providers, disputes }: Recovery) =>
  audited(
    pool,
    caller,
    async () => undefined,
    () => ({
      action: 'recover',
      diff: {
        since,
        disputes,
        providers: Object.fromEntries(
          Object.entries(providers).map(([name, { unreadable, ...counts }]) => [
            name,
            { ...counts, unreadable: unreadable.length },
          ]),
        ),
      },
    }),
  );
