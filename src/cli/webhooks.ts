// npm run cli -- webhooks list|replay|dismiss: news of the providers, as it came and as it was worked.
import { PROVIDER_NAMES } from '../providers/descriptors';
import type { ProviderName } from '../providers/provider';
import { dismissWebhookEvents } from '../webhooks/dismiss';
import type { WebhookEvent, WebhookStatus } from '../webhooks/event.entity';
import { listWebhookEvents, type WebhookEventFilter } from '../webhooks/list';
import { replayWebhookEvents } from '../webhooks/replay';
import { table } from './backtest-text';
import { commandLine } from './by';
import { type Command, UsageError } from './command';
import { withGateway } from './gateway';
import { given, instantOf, rowsIn } from './given';

const STATUSES = 'received|parked|processing|processed|ignored|quarantined|failed|dead';
const SELECT = `[--status ${STATUSES}] [--provider ${PROVIDER_NAMES.join('|')}] [--from TIME] [--to TIME]`;

export const LIST_HELP = `Usage: npm run cli -- webhooks list ${SELECT} [--rows 50] [--json]
The newest first. Several of a kind with commas.`;
export const REPLAY_HELP = `Usage: npm run cli -- webhooks replay --ids whe_…,whe_… [--dry-run] [--json]
       npm run cli -- webhooks replay ${SELECT} [--dry-run] [--json]
Makes events due: a gateway reads the provider anew for each, so that no replay books anything twice.`;
export const DISMISS_HELP = `Usage: npm run cli -- webhooks dismiss --ids whe_…,whe_… --reason "seen in the dashboard" [--json]
Ends events that wait, gave up or were set apart. They may be replayed later. Ends with 1 when one was none of these.`;

const NAMES = ['status', 'provider', 'from', 'to'] as const;

export const webhooksList: Command = async (args, config) => {
  const { rows, json, ...asked } = given(args, [...NAMES, 'rows'], ['json'], LIST_HELP);
  const filter = filterOf(asked, LIST_HELP);
  const max = rowsIn(rows, LIST_HELP);
  return withGateway(config, async (deps) => {
    const found: WebhookEvent[] = [];
    for (let after: string | null = null; found.length < max; ) {
      const page = await listWebhookEvents(deps, filter, { first: Math.min(max - found.length, 100), after });
      found.push(...page.items.map(({ node }) => node));
      after = page.items.at(-1)?.cursor ?? null;
      if (!page.hasNextPage) break;
    }
    if (json) return JSON.stringify(found);
    return table(
      ['Event', 'at', 'provider', 'type', 'status', 'tries', 'intent', 'error'],
      found.map((event) => [
        ...[event.id, event.receivedAt.toISOString(), event.provider, event.type, event.status],
        ...[event.attemptCount, event.intentId ?? '–', event.lastError ?? ''],
      ]),
    ).join('\n');
  });
};

export const webhooksReplay: Command = async (args, config) => {
  const { ids, json, ...asked } = given(args, [...NAMES, 'ids'], ['dry-run', 'json'], REPLAY_HELP);
  const { 'dry-run': dryRun = false, ...selected } = asked;
  const isFiltered = Object.keys(selected).length > 0;
  // All that ever came is meant by nobody who forgot to say which.
  if ((ids === undefined) === !isFiltered) throw new UsageError(REPLAY_HELP);
  const select = ids === undefined ? { filter: filterOf(selected, REPLAY_HELP) } : { ids: idsIn(ids) };
  return withGateway(config, async (deps) => {
    const { matched, queued } = await replayWebhookEvents(deps, commandLine(), { select, dryRun });
    if (json) return JSON.stringify({ matched, queued, dryRun });
    return dryRun ? `${matched} would be worked again.` : `${queued} of ${matched} are worked again now.`;
  });
};

export const webhooksDismiss: Command = async (args, config) => {
  const { ids, reason, json } = given(args, ['ids', 'reason'], ['json'], DISMISS_HELP);
  if (ids === undefined || reason === undefined) throw new UsageError(DISMISS_HELP);
  const asked = idsIn(ids);
  return withGateway(config, async (deps) => {
    const dismissed = await dismissWebhookEvents(deps, commandLine(), { ids: asked, reason });
    const text = json ? JSON.stringify({ dismissed }) : `${dismissed.length} of ${asked.length} dismissed.`;
    process.stdout.write(`${text}\n`);
    return dismissed.length === new Set(asked).size ? 0 : 1;
  });
};

const idsIn = (text: string) => text.split(',').map((id) => id.trim());

function filterOf(asked: Partial<Record<(typeof NAMES)[number], string>>, usage: string): WebhookEventFilter {
  const { status, provider, from, to } = asked;
  const all = <Value extends string>(text: string | undefined, known: readonly string[]) => {
    const values = text?.split(',');
    if (values?.some((value) => !known.includes(value))) throw new UsageError(usage);
    return values as Value[] | undefined;
  };
  return {
    status: all<WebhookStatus>(status, STATUSES.split('|')) ?? null,
    provider: all<ProviderName>(provider, PROVIDER_NAMES) ?? null,
    receivedAt: {
      gte: from === undefined ? null : instantOf(from, usage),
      lt: to === undefined ? null : instantOf(to, usage),
    },
  };
}
