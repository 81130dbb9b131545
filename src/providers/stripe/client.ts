// The Stripe side of the port, put together. Each call runs against one deadline and ends in an outcome; nothing here is
// repeated or remembered.
import Stripe from 'stripe';
import { ConfigError } from '../../kernel/config';
import type { AdapterSettings } from '../descriptor';
import type { CallOptions, Outcome, Provider } from '../provider';
import { type Deadline, type Line, OPEN_LINE, type Transport, withDeadline } from '../transport';
import { disputeAnswers } from './answers';
import { CAPABILITIES } from './capabilities';
import { getDispute, listDisputes, listDisputesOf } from './disputes';
import { failureOf } from './errors';
import { StripeHttpClient } from './http-client';
import { cancelIntent, capturePayment, createIntent, findIntent, getIntent } from './intents';
import { getIntentIdOfPayment } from './payments';
import { listPayouts } from './payouts';
import { getIntentRecord, listIntentRecords, listRefunds } from './records';
import { createRefund, getRefund } from './refunds';
import { listPayoutEntries, listSettlementEntries } from './settlements';
import { getWarning, listWarnings } from './warnings';
import { stripeSubjectOf, stripeToldBy, verifyStripeWebhook } from './webhook';

/** What these translations were written against. The webhook endpoint must be set to the same version. */
export const API_VERSION = '2026-10-28.endive';

/**
 * @param transport replaces the network, for the simulator.
 * @param line how its calls are paced and who hears of them.
 * @throws ConfigError for an apiBase with a path, which the SDK cannot be given.
 */
export function createStripeProvider(
  config: AdapterSettings,
  transport?: Transport,
  line: Line = OPEN_LINE,
): Provider {
  const stripe = new Stripe(config.secretKey, {
    apiVersion: API_VERSION,
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: new StripeHttpClient(transport),
    ...addressOf(config.apiBase),
  });
  return adapter(stripe, config, line);
}

function adapter(stripe: Stripe, config: AdapterSettings, line: Line): Provider {
  const run = <T>(
    options: CallOptions,
    work: (deadline: Deadline) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> => withDeadline({ ...options, line }, work, failureOf);
  return {
    name: 'stripe',
    inTurn: (turn) => adapter(stripe, config, { ...line, turn }),
    capabilities: CAPABILITIES,
    disputeAnswers: disputeAnswers(stripe, run),
    createIntent: (request, options) =>
      run(options, (deadline) => createIntent(stripe, request, options.idempotencyKey, deadline)),
    getIntent: (id, options) =>
      run(options, (deadline) => getIntent(stripe, id, options.isTried === true, deadline)),
    cancelIntent: (id, options) =>
      run(options, (deadline) => cancelIntent(stripe, id, options.idempotencyKey, deadline)),
    findIntent: (request, options) => run(options, (deadline) => findIntent(stripe, request, deadline)),
    capturePayment: (request, options) =>
      run(options, (deadline) => capturePayment(stripe, request, options.idempotencyKey, deadline)),
    createRefund: (request, options) =>
      run(options, (deadline) => createRefund(stripe, request, options.idempotencyKey, deadline)),
    getRefund: (id, paymentId, options) =>
      run(options, (deadline) => getRefund(stripe, id, paymentId, deadline)),
    getDispute: (id, options) => run(options, (deadline) => getDispute(stripe, id, deadline)),
    listDisputes: (window, options) => listDisputes(stripe, window, { ...options, line }),
    listDisputesOf: ({ providerIntentId }, options) =>
      run(options, (deadline) => listDisputesOf(stripe, providerIntentId, deadline)),
    getWarning: (id, options) => run(options, (deadline) => getWarning(stripe, id, deadline)),
    listWarnings: (window, options) => listWarnings(stripe, window, { ...options, line }),
    getIntentIdOfPayment: (id, options) =>
      run(options, (deadline) => getIntentIdOfPayment(stripe, id, deadline)),
    listSettlementEntries: (window, options) => listSettlementEntries(stripe, window, { ...options, line }),
    listPayouts: (window, options) => listPayouts(stripe, window, { ...options, line }),
    listIntentRecords: (window, options) => listIntentRecords(stripe, window, { ...options, line }),
    getIntentRecord: (id, options) => run(options, (deadline) => getIntentRecord(stripe, id, deadline)),
    listRefunds: (window, options) => listRefunds(stripe, window, { ...options, line }),
    listPayoutEntries: (id, options) => listPayoutEntries(stripe, id, { ...options, line }),
    verifyWebhook: (body, headers, nowMs) => verifyStripeWebhook(body, headers, config.webhookSecrets, nowMs),
    subjectOf: stripeSubjectOf,
    toldBy: stripeToldBy,
  };
}

/** Where to call; nothing for the real API. */
function addressOf(apiBase: string): Pick<Stripe.StripeConfig, 'host' | 'port' | 'protocol'> {
  if (apiBase === '') return {};
  const base = new URL(apiBase);
  const protocol = base.protocol === 'http:' ? 'http' : 'https';
  if (base.pathname !== '/')
    throw new ConfigError(['STRIPE_API_BASE: give a host and a port without a path']);
  // An IPv6 address stands in brackets in a URL, and without them everywhere else.
  const host = base.hostname.replace(/^\[|\]$/g, '');
  return { host, port: base.port || (protocol === 'http' ? 80 : 443), protocol };
}
