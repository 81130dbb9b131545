// What a story is made of. Pure data: nothing here knows the gateway.

export const HONEST_WAYS = ['single', 'family', 'office', 'heavy', 'traveller', 'carrier', 'tunnel'] as const;
export const ATTACKS = [
  'testing in bursts',
  'testing slowly',
  'cashing out',
  'farming',
  'refund abuse',
  'friendly fraud',
] as const;

export type HonestWay = (typeof HONEST_WAYS)[number];
export type Attack = (typeof ATTACKS)[number];
export type Kind = HonestWay | Attack;

export const isAttack = (kind: Kind): kind is Attack => (ATTACKS as readonly Kind[]).includes(kind);

export interface Card {
  readonly fingerprint: string;
  readonly country: string;
  readonly funding: 'credit' | 'debit' | 'prepaid';
}

/** What the bank and the provider say of one payment by card. */
export interface Verdict {
  readonly cvcCheck: 'pass' | 'fail';
  readonly postalCheck: 'pass' | 'fail';
  readonly riskLevel: 'normal' | 'elevated';
}

export interface Try extends Verdict {
  readonly card: Card;
  /** Null: it is paid. */
  readonly decline: string | null;
}

export interface Payer {
  readonly userId: string;
  /** Milliseconds since the story began; most accounts are older. */
  readonly accountCreatedAt: number;
  readonly device: string | null;
  readonly address: string;
  /** Where the address is. */
  readonly country: string;
  readonly emailDomain: string;
}

export interface Purchase {
  /** Milliseconds since the story began. */
  readonly at: number;
  readonly kind: Kind;
  readonly payer: Payer;
  readonly packageId: string;
  readonly cents: number;
  /** In the order in which they are made. The last alone may be paid. */
  readonly tries: readonly Try[];
  /** Whether who pays gets through, where the bank is made to ask. */
  readonly passesChallenge: boolean;
  /** When the credits of it are used up, in milliseconds after it; null: not soon. */
  readonly spentAfter: number | null;
  readonly later: readonly Later[];
}

/** What comes of a purchase that was paid, so many milliseconds after it. */
export type Later =
  | { readonly news: 'warning'; readonly after: number }
  | {
      readonly news: 'dispute';
      readonly after: number;
      readonly reason: 'fraudulent' | 'product_not_received';
      /** Only who asked the shop before, and did not get his money. */
      readonly isOfRefused?: true;
    }
  | {
      readonly news: 'refund';
      readonly after: number;
      /** Whether the shop gives back what was spent as well. */
      readonly isBelieved: boolean;
    };

/** The money that a purchase brings where nobody stands in its way, in cents. */
export const paidCents = ({ tries, cents }: Purchase): number => (tries.at(-1)?.decline === null ? cents : 0);
