// What a simulated card may be.
import { enumOf } from '../enums';

export const SimulatedFundingEnum = enumOf(
  'SimulatedFunding',
  ['credit', 'debit', 'prepaid'],
  'How a simulated card is paid for.',
  {
    credit: 'Later.',
    debit: 'From an account, at once.',
    prepaid: 'Beforehand: whoever holds it may be nobody in particular.',
  },
);

export const SimulatedCheckEnum = enumOf(
  'SimulatedCheck',
  ['pass', 'fail', 'unchecked'],
  "What the card's bank says of something that the payer entered.",
  {
    pass: 'It is right.',
    fail: 'It is wrong; the bank may pay all the same.',
    unchecked: 'It did not look.',
  },
);

export const SimulatedRiskEnum = enumOf(
  'SimulatedRisk',
  ['normal', 'elevated', 'highest'],
  'How risky the simulated provider holds a payment.',
  { normal: 'As most are.', elevated: 'More than most.', highest: 'It would block it by its usual rules.' },
);
