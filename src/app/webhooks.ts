// What is made for webhook events: the inbox, and the work on what is in it.
import type { IntentDeps } from '../intents/deps';
import { systemClock } from '../kernel/clock';
import type { Config } from '../kernel/config';
import type { SecretBox } from '../kernel/secret-box';
import { inTurn } from '../providers/registry';
import type { Observed } from '../telemetry/observed';
import { createWebhookCounts, type WebhookDeps } from '../webhooks/deps';
import { createFinish, createStore } from '../webhooks/inbox';
import { webhookProvidersOf } from '../webhooks/receive';
import { createWork } from '../webhooks/work';

/** @param stopping after this what waits is left to other processes. */
export function webhookDeps(
  config: Config,
  intents: IntentDeps,
  secrets: SecretBox,
  stopping: AbortSignal,
  observed: Observed,
): WebhookDeps {
  const { pool, dataSource } = intents;
  const finish = createFinish(pool);
  const webhookCounts = createWebhookCounts();
  return {
    pool,
    dataSource,
    intents,
    webhookProviders: webhookProvidersOf(config),
    secrets,
    store: createStore(pool, secrets),
    finish,
    workWebhookEvent: createWork(
      { intents: inTurn(intents, 'news'), finish, secrets, observed, signal: stopping },
      webhookCounts,
    ),
    webhookCounts,
    clock: systemClock,
  };
}
