// What a play says of the card that pays.
import { z } from 'zod';

/** What is left out is as the payer's usual card has it, and what a provider does not tell of is not told. */
export const playedCard = z.strictObject({
  /** A test number of the provider, or the name that it gives the card (pm_card_…): brings what that card is known for. */
  number: z
    .string()
    .regex(/^(\d{12,19}|pm_card_\w{1,80})$/)
    .optional(),
  fingerprint: z
    .string()
    .regex(/^\w{1,100}$/)
    .optional(),
  /** ISO 3166-1, two letters. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  funding: z.enum(['credit', 'debit', 'prepaid']).optional(),
  cvcCheck: z.enum(['pass', 'fail', 'unchecked']).optional(),
  postalCheck: z.enum(['pass', 'fail', 'unchecked']).optional(),
  riskLevel: z.enum(['normal', 'elevated', 'highest']).optional(),
});

export type PlayedCard = z.infer<typeof playedCard>;
