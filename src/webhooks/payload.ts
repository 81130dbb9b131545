// What an operator sees of an event's body. The bodies of both providers name payers, cards and secrets in many places, and
// in new ones tomorrow: only what is listed here is shown.

/** Names whose text and numbers are shown, and whose objects are opened. */
const SHOWN = new Set([
  // Envelopes.
  ...['id', 'object', 'entity', 'type', 'event', 'api_version', 'livemode', 'pending_webhooks', 'account_id'],
  ...['contains', 'created', 'created_at', 'data', 'previous_attributes', 'payload', 'request'],
  // Objects inside them, and what holds lists of them.
  ...['order', 'payment', 'refund', 'dispute', 'settlement', 'charge', 'payment_intent', 'refunds'],
  ...['balance_transaction', 'balance_transactions', 'items', 'has_more', 'count'],
  // How they belong together.
  ...['order_id', 'payment_id', 'latest_charge', 'metadata', 'notes', 'receipt'],
  // Money and where it stands.
  ...['amount', 'amount_capturable', 'amount_captured', 'amount_received', 'amount_refunded', 'amount_paid'],
  ...[
    'amount_due',
    'amount_deducted',
    'base_amount',
    'currency',
    'base_currency',
    'fee',
    'fees',
    'tax',
    'net',
  ],
  ...['status', 'refund_status', 'captured', 'paid', 'refunded', 'disputed', 'attempts', 'method', 'phase'],
  ...['canceled_at', 'cancellation_reason', 'capture_method', 'arrival_date', 'respond_by', 'due_by'],
  ...['speed_processed', 'speed_requested'],
  // Why something failed, in codes.
  ...['code', 'decline_code', 'advice_code', 'network_decline_code', 'failure_code', 'failure_reason'],
  ...[
    'last_payment_error',
    'outcome',
    'network_status',
    'reason',
    'reason_code',
    'error_code',
    'error_reason',
  ],
  ...['error_source', 'error_step'],
]);

// Whoever made the object may have written anything here: only our own is shown.
const FREE = new Set(['metadata', 'notes']);
const OURS = new Set(['intent_id', 'gateway_id']);

const REMOVED = '[removed]';
// Both providers' bodies nest seven deep; a deeper one is not theirs and could cost a stack.
const DEPTH_MAX = 12;

/** The body as JSON, with everything that is not known to be harmless replaced by "[removed]". */
export function shownPayload(body: Buffer): unknown {
  try {
    return shown(JSON.parse(body.toString('utf8')), SHOWN, 0);
  } catch {
    // What cannot be read cannot be sifted.
    return REMOVED;
  }
}

function shown(value: unknown, names: ReadonlySet<string>, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return REMOVED;
  if (Array.isArray(value)) return value.map((item) => shown(item, names, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      // Nothing is removed where nothing is, so that a reader can tell the two apart.
      names.has(name) || inner === null ? shown(inner, FREE.has(name) ? OURS : names, depth + 1) : REMOVED,
    ]),
  );
}
