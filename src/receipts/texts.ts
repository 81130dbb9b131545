// What a receipt says, by language.
export interface ReceiptTexts {
  readonly receipt: string;
  readonly number: string;
  readonly paidOn: string;
  readonly customer: string;
  readonly soldBy: string;
  readonly taxNumber: string;
  readonly item: string;
  readonly amount: string;
  readonly credits: (count: string) => string;
  readonly total: string;
  readonly tax: (name: string, percent: string) => string;
  readonly net: string;
  readonly paidBy: string;
  readonly payment: string;
  readonly ending: (last4: string) => string;
  readonly refund: string;
  readonly underWay: string;
  readonly dispute: string;
  readonly kept: string;
  readonly print: string;
  readonly mock: string;
  readonly questions: string;
  readonly other: string;
  /** By the provider's word for a way to pay. */
  readonly kinds: Readonly<Record<string, string>>;
}

const en: ReceiptTexts = {
  receipt: 'Receipt',
  number: 'Number',
  paidOn: 'Paid on',
  customer: 'Customer',
  soldBy: 'Sold by',
  taxNumber: 'Tax number',
  item: 'What was bought',
  amount: 'Amount',
  credits: (count) => `${count} credits`,
  total: 'Total paid',
  tax: (name, percent) => `of which ${name} ${percent}`,
  net: 'before tax',
  paidBy: 'Paid by',
  payment: 'Payment',
  ending: (last4) => `ending in ${last4}`,
  refund: 'Refund',
  underWay: 'on its way',
  dispute: "Returned by the payer's bank",
  kept: 'Paid after refunds',
  print: 'Print',
  mock: 'Test purchase: no real money moved. This is no receipt for a payment.',
  questions: 'Questions',
  other: 'हिन्दी',
  kinds: { card: 'Card', upi: 'UPI', netbanking: 'Net banking', wallet: 'Wallet' },
};

const hi: ReceiptTexts = {
  receipt: 'रसीद',
  number: 'संख्या',
  paidOn: 'भुगतान की तारीख',
  customer: 'ग्राहक',
  soldBy: 'विक्रेता',
  taxNumber: 'कर संख्या',
  item: 'क्या खरीदा गया',
  amount: 'राशि',
  credits: (count) => `${count} क्रेडिट`,
  total: 'कुल भुगतान',
  tax: (name, percent) => `जिसमें ${name} ${percent}`,
  net: 'कर से पहले',
  paidBy: 'भुगतान का तरीका',
  payment: 'भुगतान',
  ending: (last4) => `अंतिम अंक ${last4}`,
  refund: 'रिफ़ंड',
  underWay: 'रास्ते में',
  dispute: 'भुगतानकर्ता के बैंक ने वापस लिया',
  kept: 'रिफ़ंड के बाद भुगतान',
  print: 'प्रिंट करें',
  mock: 'परीक्षण खरीद: कोई असली पैसा नहीं लिया गया। यह भुगतान की रसीद नहीं है।',
  questions: 'प्रश्न',
  other: 'English',
  kinds: { card: 'कार्ड', upi: 'यूपीआई', netbanking: 'नेट बैंकिंग', wallet: 'वॉलेट' },
};

const TEXTS = { en, hi } as const;
export type ReceiptLanguage = keyof typeof TEXTS;

export const textsIn = (language: ReceiptLanguage): ReceiptTexts => TEXTS[language];

/** The language of a list as of the header Accept-Language that is liked best of those that there are texts in; English: none. */
export function receiptLanguage(wanted: string): ReceiptLanguage {
  const liked = wanted.toLowerCase().split(',').map(likedIn);
  const known = liked.filter(
    (one): one is Liked<ReceiptLanguage> => Object.hasOwn(TEXTS, one.name) && one.weight > 0,
  );
  // What is liked as much keeps its order.
  return known.sort((a, b) => b.weight - a.weight)[0]?.name ?? 'en';
}

interface Liked<Name extends string = string> {
  readonly name: Name;
  readonly weight: number;
}

/** One of the list, e.g. hi-IN;q=0.8, by its first subtag: hil is another language than hi. */
function likedIn(one: string): Liked {
  const [, name = '', weight = '1'] =
    /^\s*([a-z]+)(?:-[a-z0-9-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/.exec(one) ?? [];
  return { name, weight: Number(weight) };
}
