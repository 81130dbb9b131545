// Every event that is logged: which logger it belongs to, how bad it is, and what it says to a person. A test reads the
// code for events and finds each of them here.

export type Level = 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';

export interface Line {
  readonly logger: string;
  /** Several where the facts decide. */
  readonly levels: readonly Level[];
  readonly message: string;
}

type Said = readonly [levels: Level | readonly Level[], message: string];

/**
 * INFO: as it should be. WARNING: somebody may want to look, the gateway deals with it. ERROR: something failed for somebody.
 * CRITICAL: security, or a process that is about to end.
 */
const BY_LOGGER: Readonly<Record<string, Readonly<Record<string, Said>>>> = {
  'payment.manager': {
    'intent.created': ['INFO', 'Payment intent created'],
    'intent.moved': ['INFO', 'Payment intent changed its status'],
    'intent.canceled': ['INFO', 'Payment intent canceled'],
    'intent.restored': ['WARNING', 'Payment intent made again from what the provider keeps of it'],
    'intent.recovered': ['INFO', 'Payment intent carried on after a crash or a silent provider'],
    'payment.captured': ['INFO', 'Authorised payment captured'],
    'payment.declined': ['ERROR', 'Payment declined'],
    'payment.failed': ['ERROR', 'Payment failed'],
    'package.price_changed': ['WARNING', 'Price changed while it was bought'],
    'provider.refused': ['ERROR', 'Provider refused the payment request'],
    'provider.unanswered': [['WARNING', 'ERROR'], 'Provider gave no answer that can be used'],
    'money.unapplied': ['ERROR', 'Money came that credits cannot be granted for'],
    'money.returned': ['INFO', 'Money that bought nothing went back'],
    'checkout.rejected': ['CRITICAL', 'Forged signature of a checkout refused'],
  },
  'payment.refunds': {
    'refund.requested': ['INFO', 'Refund requested'],
    'refund.booked': ['INFO', 'Refund booked'],
    'refund.refused': ['ERROR', 'Provider refused the refund'],
    'refund.unanswered': [['WARNING', 'ERROR'], 'Provider gave no answer about the refund'],
  },
  'payment.disputes': {
    'dispute.found': ['INFO', 'Dispute found at the provider'],
    'dispute.answered': ['INFO', 'Dispute answered'],
    'dispute.unanswered': ['WARNING', 'Provider did not take the answer to a dispute'],
    'dispute.unread': ['WARNING', 'Dispute could not be read at the provider'],
    'disputes.unlisted': ['WARNING', 'Disputes could not be listed at the provider'],
    'dispute.inquiry': ['WARNING', 'Bank asks about a payment'],
    'dispute.open': ['WARNING', 'Dispute opened'],
    'dispute.won': ['INFO', 'Dispute won'],
    'dispute.lost': ['WARNING', 'Dispute lost'],
    'dispute.closed': ['WARNING', 'Inquiry closed'],
  },
  'payment.reviews': {
    'review.approved': ['INFO', 'Review approved'],
    'review.rejected': ['INFO', 'Review rejected'],
    'review.overdue': ['WARNING', 'Nobody decided a review in time'],
    'review.warned': ['WARNING', 'Provider told of a fraud'],
    'warning.found': ['INFO', 'Warning of a fraud, or a review, found at the provider'],
    'warning.unread': ['WARNING', 'Warning could not be read at the provider'],
    'warnings.unlisted': ['WARNING', 'Warnings could not be listed at the provider'],
  },
  providers: {
    'provider.misconfigured': ['ERROR', 'Provider refuses our keys or what they may do'],
    'provider.answers_again': ['INFO', 'Provider takes our keys again'],
    'provider.trouble_not_kept': ['WARNING', 'Trouble with a provider could not be written down'],
    'pace.redis_away': ['WARNING', 'Calls to a provider are counted in PostgreSQL: Redis cannot be reached'],
    'pace.failed': ['WARNING', 'Calls to a provider could not be counted'],
    'pace.refused': ['WARNING', 'Provider says that it is called too often'],
  },
  idempotency: {
    'idempotency.hit': ['WARNING', 'Idempotency key seen before: answered with what it made then'],
    'idempotency.conflict': ['WARNING', 'Idempotency key used again with another input'],
    'replay_cache.unavailable': [
      'WARNING',
      'Memory of idempotency keys cannot be reached; PostgreSQL answers',
    ],
  },
  credits: {
    'credits.granted': ['INFO', 'Credits granted'],
    'credits.spent': ['INFO', 'Credits spent'],
    'credits.held': ['INFO', 'Credits held'],
    'credits.adjusted': ['INFO', 'Credits adjusted by hand'],
    'wallet.created': ['INFO', 'Shared wallet created'],
    'wallet.member_set': ['INFO', 'Member of a shared wallet set'],
    'wallet.member_removed': ['INFO', 'Member of a shared wallet removed'],
    'balance.levels_set': ['INFO', 'Levels of a low balance set'],
    'spend_limit.set': ['INFO', 'Limit of spends set or taken away'],
    'credits.reversed': ['INFO', 'Spend given back'],
    'credits.promoted': ['INFO', 'Credits given by a campaign'],
    'credits.revoked': ['INFO', 'Credits of a campaign taken back'],
    'campaign.revoked': ['WARNING', 'Campaign revoked'],
    'operation.saved': ['INFO', 'Operation saved'],
    'rate.saved': ['INFO', 'Rate saved'],
    'promo_code.saved': ['INFO', 'Promo code saved'],
    'campaign.saved': ['INFO', 'Campaign saved'],
    'credits.expiring': ['INFO', 'Users told of credits that are about to expire'],
    'credits.due_worked': ['INFO', 'Holds released and credits expired that were due'],
    'hold.settled': ['INFO', 'Hold settled'],
    'hold.released': ['INFO', 'Hold released'],
    'ledger.broken': ['CRITICAL', 'Ledger check found a broken chain or sums that do not agree'],
  },
  risk: {
    'captcha.unanswered': ['WARNING', 'Captcha could not be asked about: it counts as not solved'],
    'risk.blocked': ['WARNING', 'Purchase not taken, by what risk decided'],
    'attack.started': ['ERROR', 'Attack began: declines, or declines of new cards, left what is usual'],
    'attack.ended': ['INFO', 'Attack is over'],
    'risk.listed': ['INFO', 'Somebody or something put on a list of risk'],
    'risk.unlisted': ['INFO', 'Entry taken off a list of risk'],
    'risk.payer_allowed': ['INFO', 'A payer whom the rules held up is let through'],
    'risk.rules_proposed': ['INFO', 'Rules of risk proposed'],
    'risk.rules_activated': ['INFO', 'Purchases are judged by other rules'],
    'risk.rules_retired': ['INFO', 'Rules of risk put aside'],
  },
  approvals: {
    'approval.approved': ['INFO', 'Second person agreed'],
    'approval.rejected': ['INFO', 'Second person refused'],
    'approval.refused': ['WARNING', 'What a second person agreed to was refused; it is open again'],
    'approval.not_done': ['ERROR', 'What a second person agreed to could not be done'],
    'approval.bypassed': ['CRITICAL', 'Somebody tried to decide what they asked for themselves'],
  },
  webhooks: {
    'webhook.received': ['INFO', 'Webhook event stored'],
    'webhook.forged': ['CRITICAL', 'Webhook event with a forged signature refused'],
    'webhook.rejected': ['WARNING', 'Webhook event refused'],
    'webhook.not_stored': ['ERROR', 'Webhook event could not be stored'],
    'webhook.fault': ['ERROR', 'Work on webhook events failed'],
    'webhook.failed': ['WARNING', 'Webhook event could not be worked yet'],
    'webhook.not_finished': ['ERROR', 'End of a webhook event could not be written'],
    'webhook.quarantined': ['ERROR', 'Webhook event waits for a person'],
    'webhook.dead': ['ERROR', 'Webhook event given up'],
    'webhook.replayed': ['INFO', 'Webhook event worked again'],
    'webhook.dismissed': ['INFO', 'Webhook events dismissed by an operator'],
  },
  deliveries: {
    'deliveries.queued': ['INFO', 'Deliveries queued'],
    'deliveries.resent': ['INFO', 'Deliveries sent again'],
    'delivery.delivered': ['INFO', 'Delivery received'],
    'delivery.failed': ['WARNING', 'Delivery not received yet'],
    'delivery.dead': ['ERROR', 'Delivery given up'],
    'delivery.fault': ['ERROR', 'Delivery could not be worked'],
    'webhook_endpoint.created': ['INFO', 'Endpoint created'],
    'webhook_endpoint.updated': ['INFO', 'Endpoint changed'],
    'webhook_endpoint.deleted': ['INFO', 'Endpoint deleted'],
    'webhook_endpoint.tested': ['INFO', 'Endpoint tested'],
    'webhook_endpoint.secret_rotated': ['INFO', 'Secret of an endpoint rotated'],
    'webhook_endpoint.switched_off': ['ERROR', 'Endpoint switched off after failures'],
  },
  reconciliation: {
    'break.opened': ['WARNING', "Books differ from the provider's"],
    'break.resolved': ['INFO', 'Break resolved'],
    'reconciliation.finished': ['INFO', 'Reconciliation finished'],
    'reconciliation.line_unreadable': ['ERROR', 'Line of the provider’s books cannot be read'],
    'reconciliation.line_left_aside': ['WARNING', 'Unreadable line of the provider’s books not read again'],
    'reconciliation.line_read': ['INFO', 'Line of the provider’s books read after all, or gone'],
    'reconciliation.waits': ['INFO', 'Reconciliation of a day waits for a run under way'],
  },
  packages: { 'package.saved': ['INFO', 'Package saved'] },
  callers: {
    'api_key.created': ['INFO', 'API key created'],
    'api_key.revoked': ['INFO', 'API key revoked'],
    'api_key.use_not_noted': ['WARNING', 'Use of an API key not written down'],
    'callers.keys_unavailable': ['ERROR', 'Keys of tokens cannot be fetched'],
    'keys.last_good': [
      'WARNING',
      'Keys of an issuer that cannot be reached are served from the last good set',
    ],
    'operator.signed_in': ['INFO', 'Operator signed in'],
    'sessions.keys_not_checked': ['WARNING', 'API keys of open connections could not be checked'],
    'token.refused': ['WARNING', 'Token refused'],
    'sign_in.issuer_unavailable': ['ERROR', 'Issuer cannot be reached'],
  },
  jobs: {
    'job.queued': ['INFO', 'Job queued'],
    'job.succeeded': ['INFO', 'Job done'],
    'job.canceled': ['INFO', 'Job canceled'],
    'job.resumed': ['INFO', 'Job resumed'],
    'job.failed': ['ERROR', 'Job failed'],
    'job.renewal_failed': ['WARNING', 'Lease of a job not renewed'],
    'export.not_read': ['ERROR', 'Export could not be read'],
    'loop.failed': ['ERROR', 'Background work failed'],
    'loop.restarted': ['WARNING', 'Background work begins again'],
    'schedule.due': ['INFO', 'Scheduled work is due'],
    'row.not_worked': [['WARNING', 'ERROR'], 'Row could not be worked'],
    'row.quarantined': ['ERROR', 'Row that fails again and again is set apart; the others go on'],
    'row.released': ['INFO', 'Row that was set apart is worked again'],
    'row.forgotten': ['INFO', 'Row that was set apart is not to be worked any more'],
    'row.not_released': ['WARNING', 'Row that was worked again could not be released'],
  },
  graphql: {
    'graphql.fault': ['ERROR', 'Request failed by a fault'],
    'http.failed': ['ERROR', 'Request failed'],
    'load.refused': ['WARNING', 'More is asked than can be answered in time: requests refused'],
    'limits.local': ['WARNING', 'Limits are counted in this process alone'],
  },
  events: {
    'events.poll_failed': ['WARNING', 'Changes could not be looked for'],
    'events.relay_failed': ['WARNING', 'Changes could not be passed on'],
    'events.tail_failed': ['WARNING', 'Changes could not be read'],
  },
  process: {
    'process.uncaught_exception': ['CRITICAL', 'A fault that nobody caught: the process drains and ends'],
    'process.unhandled_rejection': [
      'CRITICAL',
      'A rejection that nobody handled: the process drains and ends',
    ],
  },
  gateway: {
    'gateway.ready': ['INFO', 'Gateway ready'],
    'gateway.renamed': [
      'WARNING',
      'GATEWAY_ID is another than before: purchases made under the one before are no longer recognised where they are lost',
    ],
    'tracing.not_taken': ['WARNING', 'Collector does not take spans: payments go on, spans are dropped'],
    'tracing.taken_again': ['INFO', 'Collector takes spans again'],
    'gateway.mock_mode': ['WARNING', 'Mock mode: payments are simulated, no money moves'],
    'gateway.stopping': ['INFO', 'Gateway stopping'],
    'gateway.stopped': ['INFO', 'Gateway stopped'],
    'gateway.stopped_late': [
      'ERROR',
      'What is under way did not end in time, as where the database does not answer: cut off, others go on with it',
    ],
    'gateway.not_stopped_well': ['ERROR', 'Gateway did not stop well'],
    'database.index_building': ['INFO', 'Building an index beside the work'],
    'database.index_built': ['INFO', 'Index built'],
    'database.migration_waits': ['WARNING', 'A migration waits for a table that is in use'],
    'database.waited_for': ['WARNING', 'The database cannot be reached yet, and is waited for'],
    'database.reached': ['INFO', 'The database answers'],
    'database.replica_lost': ['WARNING', 'Connection to the replica lost; the primary is read'],
    'database.connection_lost': ['WARNING', 'Connection to the database lost'],
    'redis.away': ['WARNING', 'Redis cannot be reached'],
    'simulator.connection_lost': ['WARNING', 'Simulator lost its connection'],
    'simulator.failed': ['WARNING', 'Simulator failed'],
  },
};

export const LINES: ReadonlyMap<string, Line> = new Map(
  Object.entries(BY_LOGGER).flatMap(([logger, events]) =>
    Object.entries(events).map(([event, [levels, message]]): [string, Line] => [
      event,
      { logger, levels: typeof levels === 'string' ? [levels] : levels, message },
    ]),
  ),
);
