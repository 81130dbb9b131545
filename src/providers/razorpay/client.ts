// The Razorpay side of the port, put together. Each call runs against one deadline and ends in an outcome; nothing here
// is repeated or remembered.
import type { AdapterSettings } from '../descriptor';
import type { CallOptions, Outcome, Provider } from '../provider';
import { type Deadline, type Line, OPEN_LINE, type Transport, withDeadline } from '../transport';
import { disputeAnswers } from './answers';
import { CAPABILITIES } from './capabilities';
import { getDispute, listDisputes, listDisputesOf } from './disputes';
import { failureOf } from './errors';
import { createRazorpayClient, type RazorpayClient } from './http-client';
import { capturePayment, createIntent, findIntent, getIntent } from './intents';
import { getIntentIdOfPayment } from './payments';
import { verifyProof } from './proof';
import { getIntentRecord, listIntentRecords, listRefunds } from './records';
import { createRefund, getRefund } from './refunds';
import { listPayoutEntries, listSettlementEntries } from './settlements';
import { getWarning, listWarnings } from './warnings';
import { razorpaySubjectOf, razorpayToldBy, verifyRazorpayWebhook } from './webhook';

/**
 * @param transport replaces the network, for the simulator.
 * @param line how its calls are paced and who hears of them.
 * @throws Fault when the installed SDK is not built as the one that this was written against.
 */
export function createRazorpayProvider(
  config: AdapterSettings,
  transport?: Transport,
  line: Line = OPEN_LINE,
): Provider {
  return adapter(createRazorpayClient(config, transport), config, line);
}

function adapter(client: RazorpayClient, config: AdapterSettings, line: Line): Provider {
  const run = <T>(
    options: CallOptions,
    work: (deadline: Deadline) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> => withDeadline({ ...options, line }, work, failureOf);
  return {
    name: 'razorpay',
    inTurn: (turn) => adapter(client, config, { ...line, turn }),
    capabilities: CAPABILITIES,
    disputeAnswers: disputeAnswers(client, run),
    createIntent: (request, options) => run(options, (deadline) => createIntent(client, request, deadline)),
    getIntent: (id, options) => run(options, (deadline) => getIntent(client, id, deadline)),
    cancelIntent: (id, options) => run(options, (deadline) => getIntent(client, id, deadline)),
    findIntent: ({ ourIntentId }, options) =>
      run(options, (deadline) => findIntent(client, ourIntentId, deadline)),
    capturePayment: (request, options) =>
      run(options, (deadline) => capturePayment(client, request, deadline)),
    createRefund: (request, options) =>
      run(options, (deadline) => createRefund(client, request, options.idempotencyKey, deadline)),
    getRefund: (id, paymentId, options) =>
      run(options, (deadline) => getRefund(client, id, paymentId, deadline)),
    getDispute: (id, options) => run(options, (deadline) => getDispute(client, id, deadline)),
    listDisputes: (window, options) => listDisputes(client, window, { ...options, line }),
    listDisputesOf: (intent, options) => run(options, (deadline) => listDisputesOf(client, intent, deadline)),
    getWarning: (id, options) => run(options, (deadline) => getWarning(client, id, deadline)),
    listWarnings: (window, options) => listWarnings(client, window, { ...options, line }),
    getIntentIdOfPayment: (id, options) =>
      run(options, (deadline) => getIntentIdOfPayment(client, id, deadline)),
    listSettlementEntries: (window, options) => listSettlementEntries(client, window, { ...options, line }),
    listIntentRecords: (window, options) => listIntentRecords(client, window, { ...options, line }),
    getIntentRecord: (id, options) => run(options, (deadline) => getIntentRecord(client, id, deadline)),
    listRefunds: (window, options) => listRefunds(client, window, { ...options, line }),
    listPayoutEntries: (id, options) => listPayoutEntries(client, id, { ...options, line }),
    verifyWebhook: (body, headers) => verifyRazorpayWebhook(body, headers, config.webhookSecrets),
    subjectOf: razorpaySubjectOf,
    toldBy: razorpayToldBy,
    verifyProof: (proof, storedOrderId) => verifyProof(proof, storedOrderId, config.secretKey),
  };
}
