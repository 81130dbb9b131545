// The providers as a history needs them: payments of any price, refunds and disputes that go the way a command says. They are
// told at the wire, in Stripe's words and in Razorpay's, so that the real SDKs and adapters read them. Nothing here knows of
// credits, or of what the gateway was told.
import type { ProviderName } from '../../src/providers/provider';

export type RefundFate = 'succeeds' | 'is pending' | 'is refused' | 'is lost' | 'loses its answer';

export interface BankPayment {
  readonly id: string;
  readonly provider: ProviderName;
  readonly intentId: string;
  readonly minor: number;
  /** Seconds since 1970. */
  readonly created: number;
}

export interface BankRefund {
  readonly id: string;
  readonly paymentId: string;
  readonly minor: number;
  readonly ourRefundId: string | null;
  status: 'succeeded' | 'pending' | 'failed';
}

export interface BankDispute {
  readonly id: string;
  readonly provider: ProviderName;
  readonly paymentId: string;
  readonly intentId: string;
  readonly nth: number;
  status: 'warning_needs_response' | 'warning_closed' | 'needs_response' | 'won' | 'lost';
  minor: number;
  /** What the bank has of it now. */
  withdrawn: number;
}

const PREFIXES = {
  stripe: { intent: 'pi', payment: 'ch', refund: 're', dispute: 'dp' },
  razorpay: { intent: 'order', payment: 'pay', refund: 'rfnd', dispute: 'disp' },
} as const;

/** The provider's object of an intent. */
export const objectIdOf = (provider: ProviderName, intentId: string): string =>
  `${PREFIXES[provider].intent}_${intentId}`;
/** The payment that paid it. */
export const paymentIdOf = (provider: ProviderName, intentId: string): string =>
  `${PREFIXES[provider].payment}_${intentId}`;
/** Whose object it is. */
export const intentIdIn = (objectId: string): string => objectId.slice(objectId.indexOf('int_'));

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

export class Bank {
  /** What becomes of the next refund that is asked for. */
  fate: RefundFate = 'succeeds';
  readonly payments: BankPayment[] = [];
  readonly refunds: BankRefund[] = [];
  readonly disputes: BankDispute[] = [];
  /** Yesterday: within every list that looks back. */
  private readonly opened = Math.floor(Date.now() / 1000) - 86_400;

  /** @param nth 1: the payment that bought; more: others on the same object. */
  paid(provider: ProviderName, intentId: string, minor: number, nth = 1): BankPayment {
    const id = `${paymentIdOf(provider, intentId)}${nth === 1 ? '' : `_${nth}`}`;
    const payment = { id, provider, intentId, minor, created: this.opened - 1_000 + nth };
    this.payments.push(payment);
    return payment;
  }

  paymentOf(id: string): BankPayment {
    const found = this.payments.find((payment) => payment.id === id);
    if (!found) throw new Error('The bank was asked for what it never had');
    return found;
  }

  refundsOf(paymentId: string): BankRefund[] {
    return this.refunds.filter((refund) => refund.paymentId === paymentId);
  }

  /** What has gone back of a payment by refunds. What its disputes took is another matter at both providers. */
  refunded(paymentId: string): number {
    const gone = this.refundsOf(paymentId).filter(({ status }) => status !== 'failed');
    return sum(gone.map(({ minor }) => minor));
  }

  /** What can still be sent back of a payment. */
  left(paymentId: string): number {
    return this.paymentOf(paymentId).minor - this.refunded(paymentId);
  }

  refund(paymentId: string, minor: number, ourRefundId: string | null): BankRefund {
    const status = this.fate === 'is pending' ? 'pending' : 'succeeded';
    // Ids that sort in the order in which they were made: all are of the same second.
    const prefix = PREFIXES[this.paymentOf(paymentId).provider].refund;
    const id = `${prefix}_${String(this.refunds.length).padStart(6, '0')}_${paymentId}`;
    const refund: BankRefund = { id, paymentId, minor, ourRefundId, status };
    this.refunds.push(refund);
    return refund;
  }

  /** A refund that somebody asks for over the wire. @returns null: it is refused. */
  asked(paymentId: string, minor: number, ourRefundId: string | null): BankRefund | null {
    if (this.fate === 'is lost') throw new Error('The wire is cut');
    if (this.fate === 'is refused' || minor > this.left(paymentId)) return null;
    const refund = this.refund(paymentId, minor, ourRefundId);
    if (this.fate === 'loses its answer') throw new Error('The answer is lost');
    return refund;
  }

  dispute(paymentId: string, minor: number): BankDispute {
    const nth = this.disputes.length;
    const { provider, intentId } = this.paymentOf(paymentId);
    const dispute: BankDispute = {
      ...{
        id: `${PREFIXES[provider].dispute}_${nth}_${paymentId}`,
        provider,
        paymentId,
        intentId,
        nth,
        minor,
      },
      ...{ status: 'needs_response', withdrawn: 0 },
    };
    this.disputes.push(dispute);
    return dispute;
  }

  /** As a provider lists them: newest first. */
  listed(provider: ProviderName): BankDispute[] {
    return this.disputes.filter((dispute) => dispute.provider === provider).reverse();
  }

  /** Seconds since 1970; no two are of the same second. */
  openedAt({ nth }: BankDispute): number {
    return this.opened + nth;
  }
}
