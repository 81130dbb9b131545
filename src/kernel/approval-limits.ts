// From which size on money, credits and prices that a person changes by hand wait for a second person.
import { z } from 'zod';

/** By currency, in minor units; `any` for those that are not named. What is not there has no limit. */
export type AmountsAbove = Readonly<Record<string, bigint>>;

/** How much one person may move alone within 24 hours, with all his keys. */
export interface ApprovalLimits {
  /** Refunds, and breaks that are settled by a posting, for one user. Empty: none waits. */
  readonly refundAbove: AmountsAbove;
  /** The same in all. */
  readonly refundTotalAbove: AmountsAbove;
  /** Adjustments of one user, in credits; null: none waits. */
  readonly adjustAbove: bigint | null;
  /** The same in all. */
  readonly adjustTotalAbove: bigint | null;
  /** True: a change of a package's price or credits waits. */
  readonly packages: boolean;
  /** True: who proposed rules of risk does not make them active. */
  readonly riskRules: boolean;
}

/** Nothing waits. */
export const NO_APPROVALS: ApprovalLimits = {
  refundAbove: {},
  refundTotalAbove: {},
  adjustAbove: null,
  adjustTotalAbove: null,
  packages: false,
  riskRules: false,
};

const AMOUNTS_FORM = /^(\d{1,15}|[A-Z]{3}:\d{1,15}(,[A-Z]{3}:\d{1,15})*)$/;
const amounts = z
  .union([
    z.literal(''),
    z.string().trim().regex(AMOUNTS_FORM, 'use minor units: 500000, or INR:500000,USD:10000'),
  ])
  .default('');
const credits = z.union([z.literal(''), z.coerce.number().int().min(0)]).default('');

export const approvalVariables = {
  REFUND_APPROVAL_ABOVE: amounts,
  REFUND_APPROVAL_TOTAL_ABOVE: amounts,
  ADJUST_APPROVAL_ABOVE: credits,
  ADJUST_APPROVAL_TOTAL_ABOVE: credits,
  PACKAGE_APPROVAL: z.enum(['on', 'off']).default('off'),
  RISK_RULES_APPROVAL: z.enum(['on', 'off']).default('off'),
};

interface Given {
  readonly REFUND_APPROVAL_ABOVE: string;
  readonly REFUND_APPROVAL_TOTAL_ABOVE: string;
  readonly ADJUST_APPROVAL_ABOVE: number | '';
  readonly ADJUST_APPROVAL_TOTAL_ABOVE: number | '';
  readonly PACKAGE_APPROVAL: 'on' | 'off';
  readonly RISK_RULES_APPROVAL: 'on' | 'off';
}

/** Where nothing is said of all together, it is what is said of one user. */
export function approvalLimitsOf(env: Given): ApprovalLimits {
  const refundAbove = amountsOf(env.REFUND_APPROVAL_ABOVE);
  const total = amountsOf(env.REFUND_APPROVAL_TOTAL_ABOVE);
  const adjustAbove = creditsOf(env.ADJUST_APPROVAL_ABOVE);
  return {
    refundAbove,
    refundTotalAbove: 'any' in total ? total : { ...refundAbove, ...total },
    adjustAbove,
    adjustTotalAbove: creditsOf(env.ADJUST_APPROVAL_TOTAL_ABOVE) ?? adjustAbove,
    packages: env.PACKAGE_APPROVAL === 'on',
    riskRules: env.RISK_RULES_APPROVAL === 'on',
  };
}

const creditsOf = (given: number | ''): bigint | null => (given === '' ? null : BigInt(given));

const amountsOf = (given: string): AmountsAbove =>
  Object.fromEntries(
    given
      .split(',')
      .filter((part) => part !== '')
      .map((part) => {
        const [first = '', second] = part.split(':');
        return second === undefined ? ['any', BigInt(first)] : [first, BigInt(second)];
      }),
  );

/** As the database's functions take them: whole numbers as text, by unit. */
export interface HandLimits {
  readonly above: Readonly<Record<string, string>>;
  readonly totalAbove: Readonly<Record<string, string>>;
}

export const refundLimits = ({ refundAbove, refundTotalAbove }: ApprovalLimits): HandLimits => ({
  above: asText(refundAbove),
  totalAbove: asText(refundTotalAbove),
});

export const adjustLimits = ({ adjustAbove, adjustTotalAbove }: ApprovalLimits): HandLimits => ({
  above: asText(adjustAbove === null ? {} : { CREDIT: adjustAbove }),
  totalAbove: asText(adjustTotalAbove === null ? {} : { CREDIT: adjustTotalAbove }),
});

const asText = (amounts: AmountsAbove): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).map(([unit, limit]) => [unit, limit.toString()]));
