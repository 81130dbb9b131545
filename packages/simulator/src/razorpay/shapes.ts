// Razorpay's objects as they leave the API: amounts are JSON numbers in the smallest unit. Keys as in Razorpay's
// published samples. Empty notes are an empty list, as there.

import type { PlayedCard } from '../card';

export type Notes = Readonly<Record<string, string>> | readonly [];

export interface NewOrder {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly receipt: string | null;
  readonly notes: Notes;
  readonly created: number;
  readonly capture: 'automatic' | 'manual';
}

export function newOrder(input: NewOrder) {
  return {
    id: input.id,
    entity: 'order',
    amount: input.amount,
    amount_paid: 0,
    amount_due: input.amount,
    currency: input.currency,
    receipt: input.receipt,
    offer_id: null,
    status: 'created',
    attempts: 0,
    notes: input.notes,
    created_at: input.created,
    /** Known to Razorpay, never shown. */
    hidden: { capture: input.capture },
  };
}
export type Order = ReturnType<typeof newOrder>;

/** The order as the API shows it. */
export function shownOrder(order: Order): Omit<Order, 'hidden'> {
  const { hidden, ...shown } = order;
  return shown;
}

export interface PaymentError {
  readonly error_code: string | null;
  readonly error_description: string | null;
  readonly error_source: string | null;
  readonly error_step: string | null;
  readonly error_reason: string | null;
}

export const NO_ERROR: PaymentError = {
  error_code: null,
  error_description: null,
  error_source: null,
  error_step: null,
  error_reason: null,
};

/** A payment that the bank has not answered yet. UPI knows rupees only; other currencies come by card, and whoever names one. */
export function newPayment(id: string, order: Order, created: number, played?: PlayedCard | null) {
  const method = played || order.currency !== 'INR' ? card(id, order, played ?? {}) : upi(id);
  return {
    id,
    entity: 'payment',
    amount: order.amount,
    currency: order.currency,
    status: 'created',
    order_id: order.id,
    invoice_id: null,
    international: method.card?.international ?? false,
    amount_refunded: 0,
    refund_status: null as 'partial' | 'full' | null,
    captured: false,
    description: null,
    bank: null,
    wallet: null,
    email: 'payer@example.com',
    contact: '+919999999999',
    // A payment's notes are those that Checkout was opened with; nothing says that the order's reach it.
    notes: [] as Notes,
    fee: null as number | null,
    tax: null as number | null,
    ...NO_ERROR,
    created_at: created,
    ...method,
  };
}
export type Payment = ReturnType<typeof newPayment>;

interface Method {
  readonly method: string;
  readonly card_id: string | null;
  readonly vpa: string | null;
  readonly acquirer_data: object;
  readonly upi?: object;
  readonly card?: Card;
}

interface Card {
  readonly id: string;
  readonly international: boolean;
}

/** The payment as the API shows it: its card stands in events, and at an address of its own. */
export function shownPayment(payment: Payment): Omit<Payment, 'card'> {
  const { card: _, ...shown } = payment;
  return shown;
}

function upi(id: string): Method {
  return {
    method: 'upi',
    card_id: null,
    vpa: 'payer@examplebank',
    acquirer_data: { rrn: '267567962619', upi_transaction_id: id.slice(-24).toUpperCase() },
    upi: { payer_account_type: 'bank_account', vpa: 'payer@examplebank', flow: 'intent' },
  };
}

// razorpay.com/docs/payments/payments/test-card-details, "International".
const FOREIGN_NUMBERS = ['4012888888881881', '5555555555554444'];

function card(id: string, order: Order, played: PlayedCard): Method {
  const cardId = id.replace('pay_', 'card_');
  const isForeign = played.country
    ? played.country !== 'IN'
    : order.currency !== 'INR' || FOREIGN_NUMBERS.includes(played.number ?? '');
  return {
    method: 'card',
    card_id: cardId,
    vpa: null,
    acquirer_data: { auth_code: '828553', rrn: '322206890934' },
    card: {
      id: cardId,
      entity: 'card',
      name: '',
      last4: /^\d+$/.test(played.number ?? '') ? played.number?.slice(-4) : '1007',
      network: 'Visa',
      type: played.funding ?? 'credit',
      // Foreign banks have none.
      issuer: isForeign ? null : 'HDFC',
      international: isForeign,
      emi: false,
      sub_type: 'consumer',
      token_iin: null,
    } as Card,
  };
}

export interface NewRefund {
  readonly id: string;
  readonly amount: number;
  readonly notes: Notes;
  readonly receipt: string | null;
  readonly created: number;
}

export function newRefund(input: NewRefund, payment: Payment) {
  return {
    id: input.id,
    entity: 'refund',
    amount: input.amount,
    currency: payment.currency,
    payment_id: payment.id,
    notes: input.notes,
    receipt: input.receipt,
    acquirer_data: { arn: null },
    created_at: input.created,
    batch_id: null,
    status: 'processed',
    speed_processed: 'normal',
    speed_requested: 'normal',
  };
}
export type Refund = ReturnType<typeof newRefund>;
