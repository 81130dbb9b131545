// From which size on money that a person moves by hand waits for a second person.
import { z } from 'zod';

export interface ApprovalLimits {
  /**
   * Refunds, and breaks that are settled by a posting, of more than this, in minor units, by currency; `any` for those
   * that are not named. Empty: none waits.
   */
  readonly refundAbove: Readonly<Record<string, bigint>>;
}

const REFUND_FORM = /^(\d{1,15}|[A-Z]{3}:\d{1,15}(,[A-Z]{3}:\d{1,15})*)$/;

export const approvalVariables = {
  REFUND_APPROVAL_ABOVE: z
    .union([
      z.literal(''),
      z.string().trim().regex(REFUND_FORM, 'use minor units: 500000, or INR:500000,USD:10000'),
    ])
    .default(''),
};

interface Given {
  readonly REFUND_APPROVAL_ABOVE: string;
}

export const approvalLimitsOf = (env: Given): ApprovalLimits => ({
  refundAbove: Object.fromEntries(
    env.REFUND_APPROVAL_ABOVE.split(',')
      .filter((part) => part !== '')
      .map((part) => {
        const [first = '', second] = part.split(':');
        return second === undefined ? ['any', BigInt(first)] : [first, BigInt(second)];
      }),
  ),
});

/** As the database's functions take it. */
export const refundAboveJson = ({ refundAbove }: ApprovalLimits): Record<string, string> =>
  Object.fromEntries(Object.entries(refundAbove).map(([unit, limit]) => [unit, limit.toString()]));
