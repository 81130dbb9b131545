// Made by scripts/server-types.mjs from docs/events.
/** What the gateway tells a back end, by `type`. New fields and new types may come. */
export type DeliveryEvent =
  /** A person gave credits or took some away. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'credits.adjusted';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the user’s balance: the later of two balances of one user has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose balance it is. */
      readonly userId: string;
      readonly data: {
        /** The credit transaction. */ readonly transactionId: string;
        /** Signed: + was given, - was taken. */
        readonly credits: number;
        /** What of it paid credits that the user owed. */
        readonly owedPaid: number;
        /** What the user is told of why; null when nothing was written for the user. */
        readonly reason: string | null;
        /** The balance after this event. */
        readonly balance: {
          /** What the user sees as the balance: available, held and frozen. */ readonly credits: number;
          /** What can be spent now. */
          readonly available: number;
          /** Reserved by holds. */
          readonly held: number;
          /** Frozen by an open dispute or a review. */
          readonly frozen: number;
          /** Spent before a refund took it back; the next purchase pays it first. */
          readonly owed: number;
        };
        /** The caller's own number of it; null when none was given. */
        readonly reference: string | null;
        /** What the caller wrote on it, text by key; null when nothing was. */
        readonly metadata: Readonly<Record<string, string>> | null;
      };
    }
  /** A user of whom levels were set has nothing left to spend. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'credits.depleted';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** How often the user’s balance was told to be low: its own count, from 1. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose balance it is. */
      readonly userId: string;
      readonly data: {
        /** The balance after this event. */
        readonly balance: {
          /** What the user sees as the balance: available, held and frozen. */ readonly credits: number;
          /** What can be spent now. */
          readonly available: number;
          /** Reserved by holds. */
          readonly held: number;
          /** Frozen by an open dispute or a review. */
          readonly frozen: number;
          /** Spent before a refund took it back; the next purchase pays it first. */
          readonly owed: number;
        };
      };
    }
  /** Credits left a balance because their time was over. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'credits.expired';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the user’s balance: the later of two balances of one user has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose balance it is. */
      readonly userId: string;
      readonly data: {
        /** The credit transaction. */ readonly transactionId: string;
        /** The purchase that they came from; null for credits that nobody paid for. */
        readonly intentId: string | null;
        /** Credits that expired, as a positive number. */
        readonly credits: number;
        /** The balance after this event. */
        readonly balance: {
          /** What the user sees as the balance: available, held and frozen. */ readonly credits: number;
          /** What can be spent now. */
          readonly available: number;
          /** Reserved by holds. */
          readonly held: number;
          /** Frozen by an open dispute or a review. */
          readonly frozen: number;
          /** Spent before a refund took it back; the next purchase pays it first. */
          readonly owed: number;
        };
      };
    }
  /** Credits of one lot are about to expire. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'credits.expiring';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the user’s balance: the later of two balances of one user has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose balance it is. */
      readonly userId: string;
      readonly data: {
        /** What is left of the lot, held credits included: lost if it is not spent. */
        readonly credits: number;
        /** RFC 3339 instant in UTC from which they cannot be spent. */
        readonly expiresAt: string;
        /** Which notice it is: the one of a week before, or of a day. One that comes late says the same; expiresAt says when. */
        readonly noticeDays: 7 | 1;
        /** What the lot came from. */
        readonly source: 'purchase' | 'adjustment' | 'promo';
        /** The payment intent that bought it; null when none did. */
        readonly intentId: string | null;
        /** The balance after this event. */
        readonly balance: {
          /** What the user sees as the balance: available, held and frozen. */ readonly credits: number;
          /** What can be spent now. */
          readonly available: number;
          /** Reserved by holds. */
          readonly held: number;
          /** Frozen by an open dispute or a review. */
          readonly frozen: number;
          /** Spent before a refund took it back; the next purchase pays it first. */
          readonly owed: number;
        };
      };
    }
  /** Credits were added to a balance. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'credits.granted';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the user’s balance: the later of two balances of one user has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose balance it is. */
      readonly userId: string;
      readonly data: {
        /** The credit transaction. */ readonly transactionId: string;
        /** What they come from: a purchase, or a campaign or the bonus of a purchase (promo). */
        readonly source: 'purchase' | 'promo';
        /** The payment intent that bought them, or that brought them as a bonus; null of what a campaign gave otherwise. */
        readonly intentId: string | null;
        /** Credits granted. */
        readonly credits: number;
        /** How many of them paid what the user owed. */
        readonly owedPaid: number;
        /** What the user is told of why, of what was given; else null. */
        readonly reason: string | null;
        /** The balance after this event. */
        readonly balance: {
          /** What the user sees as the balance: available, held and frozen. */ readonly credits: number;
          /** What can be spent now. */
          readonly available: number;
          /** Reserved by holds. */
          readonly held: number;
          /** Frozen by an open dispute or a review. */
          readonly frozen: number;
          /** Spent before a refund took it back; the next purchase pays it first. */
          readonly owed: number;
        };
      };
    }
  /** What a user can spend came down to a level that was set. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'credits.low';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** How often the user’s balance was told to be low: its own count, from 1. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose balance it is. */
      readonly userId: string;
      readonly data: {
        /** The level, in credits. */ readonly level: number;
        /** The balance after this event. */
        readonly balance: {
          /** What the user sees as the balance: available, held and frozen. */ readonly credits: number;
          /** What can be spent now. */
          readonly available: number;
          /** Reserved by holds. */
          readonly held: number;
          /** Frozen by an open dispute or a review. */
          readonly frozen: number;
          /** Spent before a refund took it back; the next purchase pays it first. */
          readonly owed: number;
        };
      };
    }
  /** A spend was given back, or a part of it. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'credits.reversed';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the user’s balance: the later of two balances of one user has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose balance it is. */
      readonly userId: string;
      readonly data: {
        /** The credit transaction. */ readonly transactionId: string;
        /** The spend that it undoes. */
        readonly spendTransactionId: string;
        /** Credits given back. */
        readonly credits: number;
        /** The balance after this event. */
        readonly balance: {
          /** What the user sees as the balance: available, held and frozen. */ readonly credits: number;
          /** What can be spent now. */
          readonly available: number;
          /** Reserved by holds. */
          readonly held: number;
          /** Frozen by an open dispute or a review. */
          readonly frozen: number;
          /** Spent before a refund took it back; the next purchase pays it first. */
          readonly owed: number;
        };
      };
    }
  /** What was left of credits that a campaign gave was taken back. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'credits.revoked';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the user’s balance: the later of two balances of one user has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose balance it is. */
      readonly userId: string;
      readonly data: {
        /** The credit transaction. */ readonly transactionId: string;
        /** Credits taken back. */
        readonly credits: number;
        /** The balance after this event. */
        readonly balance: {
          /** What the user sees as the balance: available, held and frozen. */ readonly credits: number;
          /** What can be spent now. */
          readonly available: number;
          /** Reserved by holds. */
          readonly held: number;
          /** Frozen by an open dispute or a review. */
          readonly frozen: number;
          /** Spent before a refund took it back; the next purchase pays it first. */
          readonly owed: number;
        };
      };
    }
  /** Credits were taken from a balance, by a spend or by settling a hold. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'credits.spent';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the user’s balance: the later of two balances of one user has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose balance it is. */
      readonly userId: string;
      readonly data: {
        /** The credit transaction. */ readonly transactionId: string;
        /** Credits spent, as a positive number. */
        readonly credits: number;
        /** What the spend, or the hold, said that it was for. */
        readonly reason: string;
        /** The balance after this event. */
        readonly balance: {
          /** What the user sees as the balance: available, held and frozen. */ readonly credits: number;
          /** What can be spent now. */
          readonly available: number;
          /** Reserved by holds. */
          readonly held: number;
          /** Frozen by an open dispute or a review. */
          readonly frozen: number;
          /** Spent before a refund took it back; the next purchase pays it first. */
          readonly owed: number;
        };
        /** The caller's own number of it; null when none was given. */
        readonly reference: string | null;
        /** What the caller wrote on it, text by key; null when nothing was. */
        readonly metadata: Readonly<Record<string, string>> | null;
      };
    }
  /** A dispute or an inquiry ended without a loss. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'dispute.closed';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the intent: the later of two events of one intent has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose intent it is. */
      readonly userId: string;
      readonly data: {
        /** Of the dispute. */ readonly disputeId: string;
        /** Of the intent that was paid. */
        readonly intentId: string;
        /** What is disputed. */
        readonly amount: {
          /** Minor units, as a string of digits. */ readonly amountMinor: string;
          /** ISO 4217. */
          readonly currency: string;
        };
        readonly status: 'closed';
        /** Credits that nobody can spend until it is decided. */
        readonly creditsFrozen: number;
        /** Credits that were taken back for it by then. */
        readonly creditsRevoked: number;
        /** The bank's reason, in the provider's word. */
        readonly reason: string | null;
        /** Until when the provider takes your answer, RFC 3339 in UTC. */
        readonly respondBy: string | null;
        /** Of the dispute at the provider. */
        readonly providerDisputeId: string;
        /** Of the payment at the provider. */
        readonly providerPaymentId: string;
        /** True when no real money moved. */
        readonly mock: boolean;
      };
    }
  /** A dispute was decided for the payer. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'dispute.lost';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the intent: the later of two events of one intent has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose intent it is. */
      readonly userId: string;
      readonly data: {
        /** Of the dispute. */ readonly disputeId: string;
        /** Of the intent that was paid. */
        readonly intentId: string;
        /** What is disputed. */
        readonly amount: {
          /** Minor units, as a string of digits. */ readonly amountMinor: string;
          /** ISO 4217. */
          readonly currency: string;
        };
        readonly status: 'lost';
        /** Credits that nobody can spend until it is decided. */
        readonly creditsFrozen: number;
        /** Credits that were taken back for it by then. */
        readonly creditsRevoked: number;
        /** The bank's reason, in the provider's word. */
        readonly reason: string | null;
        /** Until when the provider takes your answer, RFC 3339 in UTC. */
        readonly respondBy: string | null;
        /** Of the dispute at the provider. */
        readonly providerDisputeId: string;
        /** Of the payment at the provider. */
        readonly providerPaymentId: string;
        /** True when no real money moved. */
        readonly mock: boolean;
      };
    }
  /** The payer disputes a payment at the bank. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'dispute.opened';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the intent: the later of two events of one intent has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose intent it is. */
      readonly userId: string;
      readonly data: {
        /** Of the dispute. */ readonly disputeId: string;
        /** Of the intent that was paid. */
        readonly intentId: string;
        /** What is disputed. */
        readonly amount: {
          /** Minor units, as a string of digits. */ readonly amountMinor: string;
          /** ISO 4217. */
          readonly currency: string;
        };
        readonly status: 'open';
        /** Credits that nobody can spend until it is decided. */
        readonly creditsFrozen: number;
        /** Credits that were taken back for it by then. */
        readonly creditsRevoked: number;
        /** The bank's reason, in the provider's word. */
        readonly reason: string | null;
        /** Until when the provider takes your answer, RFC 3339 in UTC. */
        readonly respondBy: string | null;
        /** Of the dispute at the provider. */
        readonly providerDisputeId: string;
        /** Of the payment at the provider. */
        readonly providerPaymentId: string;
        /** True when no real money moved. */
        readonly mock: boolean;
      };
    }
  /** A dispute was decided for you. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'dispute.won';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the intent: the later of two events of one intent has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose intent it is. */
      readonly userId: string;
      readonly data: {
        /** Of the dispute. */ readonly disputeId: string;
        /** Of the intent that was paid. */
        readonly intentId: string;
        /** What is disputed. */
        readonly amount: {
          /** Minor units, as a string of digits. */ readonly amountMinor: string;
          /** ISO 4217. */
          readonly currency: string;
        };
        readonly status: 'won';
        /** Credits that nobody can spend until it is decided. */
        readonly creditsFrozen: number;
        /** Credits that were taken back for it by then. */
        readonly creditsRevoked: number;
        /** The bank's reason, in the provider's word. */
        readonly reason: string | null;
        /** Until when the provider takes your answer, RFC 3339 in UTC. */
        readonly respondBy: string | null;
        /** Of the dispute at the provider. */
        readonly providerDisputeId: string;
        /** Of the payment at the provider. */
        readonly providerPaymentId: string;
        /** True when no real money moved. */
        readonly mock: boolean;
      };
    }
  /** Credits were set aside. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'hold.created';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** Counts the changes of this hold, from 1. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose balance it is. */
      readonly userId: string;
      readonly data: {
        /** The hold. */ readonly holdId: string;
        readonly status: 'open';
        /** Credits that the hold was made for. */
        readonly credits: number;
        /** What the hold said that it was for. */
        readonly reason: string;
        /** When the hold ends by itself. RFC 3339 instant in UTC. */
        readonly expiresAt: string;
        /** The balance after this event. */
        readonly balance: {
          /** What the user sees as the balance: available, held and frozen. */ readonly credits: number;
          /** What can be spent now. */
          readonly available: number;
          /** Reserved by holds. */
          readonly held: number;
          /** Frozen by an open dispute or a review. */
          readonly frozen: number;
          /** Spent before a refund took it back; the next purchase pays it first. */
          readonly owed: number;
        };
        /** The caller's own number of it; null when none was given. */
        readonly reference: string | null;
        /** What the caller wrote on it, text by key; null when nothing was. */
        readonly metadata: Readonly<Record<string, string>> | null;
      };
    }
  /** A hold ended without a spend, because its time was over. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'hold.expired';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** Counts the changes of this hold, from 1. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose balance it is. */
      readonly userId: string;
      readonly data: {
        /** The hold. */ readonly holdId: string;
        readonly status: 'expired';
        /** Credits that the hold was made for. */
        readonly credits: number;
        /** What the hold said that it was for. */
        readonly reason: string;
        /** When the hold ends by itself. RFC 3339 instant in UTC. */
        readonly expiresAt: string;
        /** The balance after this event. */
        readonly balance: {
          /** What the user sees as the balance: available, held and frozen. */ readonly credits: number;
          /** What can be spent now. */
          readonly available: number;
          /** Reserved by holds. */
          readonly held: number;
          /** Frozen by an open dispute or a review. */
          readonly frozen: number;
          /** Spent before a refund took it back; the next purchase pays it first. */
          readonly owed: number;
        };
        /** The caller's own number of it; null when none was given. */
        readonly reference: string | null;
        /** What the caller wrote on it, text by key; null when nothing was. */
        readonly metadata: Readonly<Record<string, string>> | null;
      };
    }
  /** A hold ended without a spend, because somebody released it. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'hold.released';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** Counts the changes of this hold, from 1. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose balance it is. */
      readonly userId: string;
      readonly data: {
        /** The hold. */ readonly holdId: string;
        readonly status: 'released';
        /** Credits that the hold was made for. */
        readonly credits: number;
        /** What the hold said that it was for. */
        readonly reason: string;
        /** When the hold ends by itself. RFC 3339 instant in UTC. */
        readonly expiresAt: string;
        /** The balance after this event. */
        readonly balance: {
          /** What the user sees as the balance: available, held and frozen. */ readonly credits: number;
          /** What can be spent now. */
          readonly available: number;
          /** Reserved by holds. */
          readonly held: number;
          /** Frozen by an open dispute or a review. */
          readonly frozen: number;
          /** Spent before a refund took it back; the next purchase pays it first. */
          readonly owed: number;
        };
        /** The caller's own number of it; null when none was given. */
        readonly reference: string | null;
        /** What the caller wrote on it, text by key; null when nothing was. */
        readonly metadata: Readonly<Record<string, string>> | null;
      };
    }
  /** What was used of a hold was spent; the rest is available again. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'hold.settled';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** Counts the changes of this hold, from 1. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose balance it is. */
      readonly userId: string;
      readonly data: {
        /** The hold. */ readonly holdId: string;
        readonly status: 'settled';
        /** Credits that the hold was made for. */
        readonly credits: number;
        /** What the hold said that it was for. */
        readonly reason: string;
        /** When the hold ends by itself. RFC 3339 instant in UTC. */
        readonly expiresAt: string;
        /** Credits that were spent: fewer than the hold was made for, as many, or more. */
        readonly settledCredits: number;
        /** The credit transaction; null when nothing was used. */
        readonly transactionId: string | null;
        /** The balance after this event. */
        readonly balance: {
          /** What the user sees as the balance: available, held and frozen. */ readonly credits: number;
          /** What can be spent now. */
          readonly available: number;
          /** Reserved by holds. */
          readonly held: number;
          /** Frozen by an open dispute or a review. */
          readonly frozen: number;
          /** Spent before a refund took it back; the next purchase pays it first. */
          readonly owed: number;
        };
        /** The caller's own number of it; null when none was given. */
        readonly reference: string | null;
        /** What the caller wrote on it, text by key; null when nothing was. */
        readonly metadata: Readonly<Record<string, string>> | null;
      };
    }
  /** The intent was canceled before money came. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'intent.canceled';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the intent: the later of two events of one intent has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose intent it is. */
      readonly userId: string;
      readonly data: {
        /** The payment intent. */ readonly intentId: string;
        readonly status: 'canceled';
        /** What it was before. */
        readonly previousStatus: 'pending' | 'processing';
        /** The package that was chosen. */
        readonly packageId: string;
        /** As it was called then. */
        readonly packageName: string;
        /** Credits in the package. */
        readonly creditsAmount: number;
        /** The price. */
        readonly amount: {
          /** Minor units, as a string of digits. */ readonly amountMinor: string;
          /** ISO 4217. */
          readonly currency: string;
        };
        /** Who took the money: a name of the enum `Provider` in the GraphQL schema. More may come. */
        readonly provider: string;
        /** The provider's own id of its intent or order; null when the provider was never reached. */
        readonly providerIntentId: string | null;
        /** The payment that this event is about, `ch_…` or `pay_…`; null when it is about none. */
        readonly providerPaymentId: string | null;
        /** True when no real money moved. */
        readonly mock: boolean;
        /** Who canceled it: the user or an operator, or the provider. */
        readonly cancelReason: 'requested' | 'provider';
        /** The caller's own number of it; null when none was given. */
        readonly reference: string | null;
        /** What the caller wrote on it, text by key; null when nothing was. */
        readonly metadata: Readonly<Record<string, string>> | null;
      };
    }
  /** The payer can no longer pay. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'intent.failed';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the intent: the later of two events of one intent has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose intent it is. */
      readonly userId: string;
      readonly data: {
        /** The payment intent. */ readonly intentId: string;
        readonly status: 'failed';
        /** What it was before. */
        readonly previousStatus: 'pending' | 'processing';
        /** The package that was chosen. */
        readonly packageId: string;
        /** As it was called then. */
        readonly packageName: string;
        /** Credits in the package. */
        readonly creditsAmount: number;
        /** The price. */
        readonly amount: {
          /** Minor units, as a string of digits. */ readonly amountMinor: string;
          /** ISO 4217. */
          readonly currency: string;
        };
        /** Who took the money: a name of the enum `Provider` in the GraphQL schema. More may come. */
        readonly provider: string;
        /** The provider's own id of its intent or order; null when the provider was never reached. */
        readonly providerIntentId: string | null;
        /** The payment that this event is about, `ch_…` or `pay_…`; null when it is about none. */
        readonly providerPaymentId: string | null;
        /** True when no real money moved. */
        readonly mock: boolean;
        /** Why, in words that may be shown to the payer. */
        readonly failure: {
          /** E.g. card_declined, expired, amount_mismatch, attempts. */ readonly code: string;
          /** For the payer. */
          readonly message: string;
          /** The bank’s own word, where it gave one. */
          readonly declineCode?: string | null;
          /** Of the attempt that failed; the intent itself is closed to the payer. */
          readonly retryable: boolean;
        } | null;
        /** The caller's own number of it; null when none was given. */
        readonly reference: string | null;
        /** What the caller wrote on it, text by key; null when nothing was. */
        readonly metadata: Readonly<Record<string, string>> | null;
      };
    }
  /** A payment arrived and its credits were granted. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'intent.succeeded';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the intent: the later of two events of one intent has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose intent it is. */
      readonly userId: string;
      readonly data: {
        /** The payment intent. */ readonly intentId: string;
        readonly status: 'succeeded';
        /** What it was before. */
        readonly previousStatus: 'pending' | 'processing' | 'failed';
        /** The package that was chosen. */
        readonly packageId: string;
        /** As it was called then. */
        readonly packageName: string;
        /** Credits in the package. */
        readonly creditsAmount: number;
        /** The price. */
        readonly amount: {
          /** Minor units, as a string of digits. */ readonly amountMinor: string;
          /** ISO 4217. */
          readonly currency: string;
        };
        /** Who took the money: a name of the enum `Provider` in the GraphQL schema. More may come. */
        readonly provider: string;
        /** The provider's own id of its intent or order; null when the provider was never reached. */
        readonly providerIntentId: string | null;
        /** The payment that this event is about, `ch_…` or `pay_…`; null when it is about none. */
        readonly providerPaymentId: string | null;
        /** True when no real money moved. */
        readonly mock: boolean;
        /** The caller's own number of it; null when none was given. */
        readonly reference: string | null;
        /** What the caller wrote on it, text by key; null when nothing was. */
        readonly metadata: Readonly<Record<string, string>> | null;
        /** The payer's receipt, to be shown after the gateway's own address: whoever has the link may read it. */
        readonly receiptPath: string;
      };
    }
  /** A user redeemed a code. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'promo.redeemed';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** How often the code was redeemed by then, from 1. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Who redeemed it. */
      readonly userId: string;
      readonly data: {
        /** The code, as it is kept. */ readonly code: string;
        /** The key of the campaign whose budget it drew on. */
        readonly campaign: string;
        /** What it gave. */
        readonly credits: number;
        /** The purchase that it was redeemed with; null: with none. */
        readonly intentId: string | null;
      };
    }
  /** Money is to go back to a payer. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'refund.created';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the intent: the later of two events of one intent has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose intent it is. */
      readonly userId: string;
      readonly data: {
        /** Of the refund. */ readonly refundId: string;
        /** Of the intent that was paid. */
        readonly intentId: string;
        /** What goes back. */
        readonly amount: {
          /** Minor units, as a string of digits. */ readonly amountMinor: string;
          /** ISO 4217. */
          readonly currency: string;
        };
        /** Where it stood then. */
        readonly status: 'pending' | 'succeeded';
        /** Credits that were taken back for it by then. */
        readonly creditsRevoked: number;
        /** What the user is told of why; null when nothing was written for the user. */
        readonly reason: string | null;
        /** Of the refund at the provider; null until it was accepted. */
        readonly providerRefundId: string | null;
        /** Of the payment at the provider. */
        readonly providerPaymentId: string;
        /** True when no real money moved. */
        readonly mock: boolean;
      };
    }
  /** A refund was refused, or its money came back. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'refund.failed';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the intent: the later of two events of one intent has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose intent it is. */
      readonly userId: string;
      readonly data: {
        /** Of the refund. */ readonly refundId: string;
        /** Of the intent that was paid. */
        readonly intentId: string;
        /** What goes back. */
        readonly amount: {
          /** Minor units, as a string of digits. */ readonly amountMinor: string;
          /** ISO 4217. */
          readonly currency: string;
        };
        /** Where it stood then. */
        readonly status: 'failed';
        /** Credits that were taken back for it by then. */
        readonly creditsRevoked: number;
        /** What the user is told of why; null when nothing was written for the user. */
        readonly reason: string | null;
        /** Of the refund at the provider; null until it was accepted. */
        readonly providerRefundId: string | null;
        /** Of the payment at the provider. */
        readonly providerPaymentId: string;
        /** True when no real money moved. */
        readonly mock: boolean;
        /** Credits that had been taken for it and were given back. */
        readonly creditsReturned: number;
      };
    }
  /** The money of a refund went back. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'refund.succeeded';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the intent: the later of two events of one intent has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose intent it is. */
      readonly userId: string;
      readonly data: {
        /** Of the refund. */ readonly refundId: string;
        /** Of the intent that was paid. */
        readonly intentId: string;
        /** What goes back. */
        readonly amount: {
          /** Minor units, as a string of digits. */ readonly amountMinor: string;
          /** ISO 4217. */
          readonly currency: string;
        };
        /** Where it stood then. */
        readonly status: 'succeeded';
        /** Credits that were taken back for it by then. */
        readonly creditsRevoked: number;
        /** What the user is told of why; null when nothing was written for the user. */
        readonly reason: string | null;
        /** Of the refund at the provider; null until it was accepted. */
        readonly providerRefundId: string | null;
        /** Of the payment at the provider. */
        readonly providerPaymentId: string;
        /** True when no real money moved. */
        readonly mock: boolean;
      };
    }
  /** An attack is over. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'risk.attack_ended';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** 1 when the attack begins, 2 when it is over. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Always null: it is about no user. */
      readonly userId: null;
      readonly data: {
        /** Of the attack; the same when it is over. */ readonly attackId: string;
        /** What left its band: declines, or declines of cards that were never seen before. */
        readonly sign: 'declines' | 'new_cards';
        /** How many of them in the five minutes before it was noticed. */
        readonly seen: number;
        /** The most in five minutes that would have been usual. */
        readonly usualMost: number;
        /** When it was noticed. */
        readonly startedAt: string;
        /** When it had been quiet for long enough. */
        readonly endedAt: string;
      };
    }
  /** Somebody tries stolen cards: declines left what is usual. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'risk.attack_started';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** 1 when the attack begins, 2 when it is over. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Always null: it is about no user. */
      readonly userId: null;
      readonly data: {
        /** Of the attack; the same when it is over. */ readonly attackId: string;
        /** What left its band: declines, or declines of cards that were never seen before. */
        readonly sign: 'declines' | 'new_cards';
        /** How many of them in the five minutes before it was noticed. */
        readonly seen: number;
        /** The most in five minutes that would have been usual. */
        readonly usualMost: number;
        /** When it was noticed. */
        readonly startedAt: string;
        /** It goes on. */
        readonly endedAt: null;
      };
    }
  /** A purchase that waited for a person was decided. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'risk.decided';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the intent: the later of two events of one intent has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose intent it is. */
      readonly userId: string;
      readonly data: {
        /** Of the review. */ readonly reviewId: string;
        /** Of the intent that was paid. */
        readonly intentId: string;
        /** Who wants it looked at: a rule of yours, the network of the card, the provider, or the bank. */
        readonly reason: 'rule' | 'warning' | 'provider_review' | 'dispute_fraud';
        /** rejected and expired: what is left of the payment goes back; a refund.created says so too. */
        readonly status: 'approved' | 'rejected' | 'expired';
        /** True when no real money moved. */
        readonly mock: boolean;
      };
    }
  /** A paid purchase waits for a person. Not for the payer’s eyes. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'risk.review_opened';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** The version of the intent: the later of two events of one intent has the greater one. Not every number comes. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Whose intent it is. */
      readonly userId: string;
      readonly data: {
        /** Of the review. */ readonly reviewId: string;
        /** Of the intent that was paid. */
        readonly intentId: string;
        /** Who wants it looked at: a rule of yours, the network of the card, the provider, or the bank. */
        readonly reason: 'rule' | 'warning' | 'provider_review' | 'dispute_fraud';
        /** 0 to 100; of what a provider says 100. */
        readonly score: number;
        /** Credits that nobody can spend until it is decided. */
        readonly creditsFrozen: number;
        /** True when no real money moved. */
        readonly mock: boolean;
      };
    }
  /** Asked for by sendTestDelivery. */
  | {
      /** Of the event; the same in the header webhook-id, on every attempt and at every endpoint. */
      readonly id: string;
      readonly type: 'test.ping';
      /** Of this format. New fields may come without a new version. */
      readonly version: 1;
      /** Always 1. */
      readonly sequence: number;
      /** RFC 3339 instant in UTC. */
      readonly occurredAt: string;
      /** Always null: it is about no user. */
      readonly userId: null;
      readonly data: {
        /** The endpoint that is tested. */ readonly endpointId: string;
      };
    };
export type DeliveryType = DeliveryEvent['type'];
