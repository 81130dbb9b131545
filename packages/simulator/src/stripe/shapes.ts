// Stripe's objects in the shape of API version 2026-10-28.endive, as they leave the API: amounts are JSON numbers in
// minor units (at most nine digits, so exact). Keys as in Stripe's published fixtures.

import type { PlayedCard } from '../card';
import { cardDetails, riskOf } from './cards';

export const API_VERSION = '2026-10-28.endive';

export interface StripeCardError {
  readonly type: 'card_error';
  readonly code: string;
  readonly decline_code: string;
  readonly advice_code: string;
  /** Absent where the network said none: Stripe never sends null here. */
  readonly network_decline_code?: string;
  readonly message: string;
  readonly doc_url: string;
  readonly charge: string;
}

export interface NewPaymentIntent {
  readonly id: string;
  readonly clientSecret: string;
  readonly amount: number;
  readonly currency: string;
  readonly captureMethod: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly receiptEmail: string | null;
  readonly paymentMethodOptions: PaymentMethodOptions;
  readonly created: number;
}

export interface PaymentMethodOptions {
  readonly card?: { readonly request_three_d_secure: string };
}

export function newPaymentIntent(input: NewPaymentIntent) {
  return {
    id: input.id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: input.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: { allow_redirects: 'always', enabled: true },
    canceled_at: null as number | null,
    cancellation_reason: null as string | null,
    capture_method: input.captureMethod,
    client_secret: input.clientSecret,
    confirmation_method: 'automatic',
    created: input.created,
    currency: input.currency,
    customer: null,
    customer_account: null,
    description: input.description,
    excluded_payment_method_types: null,
    last_payment_error: null as StripeCardError | null,
    latest_charge: null as string | null,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata,
    next_action: null as object | null,
    on_behalf_of: null,
    payment_method: null as string | null,
    payment_method_configuration_details: null,
    payment_method_options: input.paymentMethodOptions,
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: input.receiptEmail,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  };
}
export type PaymentIntent = ReturnType<typeof newPaymentIntent>;

const NO_ADDRESS = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };

/** How a charge went that Stripe let through and the bank accepted. */
export const outcomePaid = (played?: PlayedCard | null) => ({
  advice_code: null as string | null,
  network_advice_code: null as string | null,
  network_decline_code: null as string | null,
  network_status: 'approved_by_network',
  reason: null as string | null,
  ...riskOf(played),
  seller_message: 'Payment complete.',
  type: 'authorized',
});

/** A charge that the card's bank accepted and that is not captured yet. */
export function newCharge(id: string, intent: PaymentIntent, created: number, played?: PlayedCard | null) {
  const payer = intent.metadata['user_id'] ?? intent.id;
  // Who had to confirm it has done so, if the bank gets to see a charge.
  const card = cardDetails(played, payer, intent.status === 'requires_action');
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null as string | null,
    billing_details: { address: NO_ADDRESS, email: null, name: 'Jenny Rosen', phone: null, tax_id: null },
    calculated_statement_descriptor: null,
    captured: false,
    created,
    currency: intent.currency,
    customer: null,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null as string | null,
    failure_message: null as string | null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: outcomePaid(played) as ReturnType<typeof outcomePaid> | null,
    paid: true,
    payment_intent: intent.id,
    payment_method: 'pm_mock_card_visa',
    payment_method_details: { card, type: 'card' },
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null as string | null,
    refunded: false,
    review: null as string | null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'succeeded',
    transfer_data: null,
    transfer_group: null,
  };
}
export type Charge = ReturnType<typeof newCharge>;

export interface NewRefund {
  readonly id: string;
  readonly amount: number;
  readonly reason: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly created: number;
}

export function newRefund(input: NewRefund, charge: Charge) {
  return {
    id: input.id,
    object: 'refund',
    amount: input.amount,
    balance_transaction: `txn_mock_${input.id}`,
    charge: charge.id,
    created: input.created,
    currency: charge.currency,
    customer: null,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata: input.metadata,
    payment_intent: charge.payment_intent,
    payment_method: null,
    reason: input.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
}
export type Refund = ReturnType<typeof newRefund> & { readonly pending_reason?: string };
