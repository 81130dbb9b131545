// What a document of rules may say, and what a person hears of one that says something else.
import fs from 'node:fs';
import path from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import DEFAULT_RULES from '../../src/risk/default-rules.json';
import { readRulesDocument, rulesDocumentSchema } from '../../src/risk/rules-document';

const PUBLISHED = path.resolve(__dirname, '..', '..', 'docs', 'risk-rules.schema.json');
const rule = { code: 'many', signal: 'user_purchases_1h', at_least: 5, weight: 30 };
const thresholds = { challenge: 40, review: 60, block: 80 };
const withRule = (change: object) => ({ thresholds, rules: [{ ...rule, ...change }] });
const withThresholds = (change: object) => ({ thresholds: { ...thresholds, ...change }, rules: [rule] });

function refusalOf(document: unknown): { code: string; lines: string[] } {
  try {
    readRulesDocument(document);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, lines: message.split('\n') };
  }
  throw new Error('It was taken');
}

test('the rules that come with the product are a document, and so is the smallest one', () => {
  expect(readRulesDocument(DEFAULT_RULES).rules.length).toBeGreaterThan(10);
  expect(readRulesDocument({ thresholds, rules: [rule] })).toEqual({ thresholds, rules: [rule] });
  expect(readRulesDocument(withThresholds({ challenge: 80, review: 80 })).thresholds.challenge).toBe(80);
});

const REFUSED: [document: unknown, told: string][] = [
  [null, 'is an object.'],
  ['rules', 'is an object.'],
  [[], 'is an object.'],
  [{ rules: [rule] }, 'thresholds: is missing.'],
  [{ thresholds }, 'rules: is missing.'],
  [{ thresholds, rules: [] }, 'rules: is at least 1 long.'],
  [{ thresholds, rules: Array(201).fill(rule) }, 'rules: is at most 200 long.'],
  [{ thresholds, rules: [rule], name: 'x' }, 'name means nothing here.'],
  [{ thresholds, rules: [7] }, 'Rule 1: is an object.'],
  [withThresholds({ block: 101 }), 'thresholds: block: is at most 100.'],
  [withThresholds({ challenge: 0 }), 'thresholds: challenge: is at least 1.'],
  [withThresholds({ review: 50.5 }), 'thresholds: review: is a whole number.'],
  [
    withThresholds({ review: 81 }),
    'thresholds: challenge (40), review (81) and block (80) go up in this order.',
  ],
  [{ thresholds, rules: [{ ...rule, code: undefined }] }, 'Rule 1: code: is missing.'],
  [
    withRule({ code: 'Many-' }),
    'Rule 1 (Many-): code: has 1 to 64 small letters, digits and _, and begins with a letter.',
  ],
  [withRule({ signal: 'user_purchases_2h' }), 'Rule 1 (many): signal: "user_purchases_2h" is no signal.'],
  [withRule({ weight: 101 }), 'Rule 1 (many): weight: is at most 100.'],
  [withRule({ weight: -1 }), 'Rule 1 (many): weight: is at least 0.'],
  [withRule({ weight: '30' }), 'Rule 1 (many): weight: is a number.'],
  [withRule({ decision: 'allow' }), 'Rule 1 (many): decision: is one of challenge, review, block.'],
  [withRule({ stage: 'later' }), 'Rule 1 (many): stage: is one of claim, settle, both.'],
  [withRule({ at_leats: 3 }), 'Rule 1 (many): at_leats means nothing here.'],
  [withRule({ at_least: -1 }), 'Rule 1 (many): at_least: is at least 0.'],
  [withRule({ at_least: 1e10 }), 'Rule 1 (many): at_least: is at most 1000000000.'],
  [withRule({ when: [] }), 'Rule 1 (many): when: is at least 1 long.'],
  [
    withRule({ when: [{ signal: 'attack' }] }),
    'Rule 1 (many): attack has either at_least or at_most, one of them.',
  ],
  [
    withRule({ when: [{ signal: 'nothing', at_least: 1 }] }),
    'Rule 1 (many): when: 1: signal: "nothing" is no signal.',
  ],
  [withRule({ at_most: 3 }), 'Rule 1 (many): user_purchases_1h has either at_least or at_most, one of them.'],
  [
    withRule({ at_least: undefined, at_most: 3 }),
    'Rule 1 (many): user_purchases_1h has at_least alone: with at_most, more of it would lower the score.',
  ],
  [
    withRule({ when: [{ signal: 'user_declines_1d', at_most: 0 }] }),
    'Rule 1 (many): user_declines_1d has at_least alone: with at_most, more of it would lower the score.',
  ],
  [withRule({ weight: 0 }), 'Rule 1 (many): does nothing: give it a weight or a decision.'],
  [
    withRule({ signal: 'cvc_failed', stage: 'claim' }),
    'Rule 1 (many): never fires: cvc_failed is not known at the claim.',
  ],
  [
    withRule({ stage: 'claim', when: [{ signal: 'card_prepaid', at_least: 1 }] }),
    'Rule 1 (many): never fires: card_prepaid is not known at the claim.',
  ],
  [
    { thresholds, rules: [rule, { ...rule, at_least: 9 }] },
    'Rule many: the name is given twice; each rule has its own.',
  ],
];

test.each(REFUSED.map(([document, told]) => [told, document]))(
  'a document is refused: %s',
  (told, document) => {
    expect(refusalOf(document)).toEqual({ code: 'INVALID_INPUT', lines: [told] });
  },
);

test('all faults are named at once, up to twenty', () => {
  const { lines } = refusalOf({ thresholds: {}, rules: [{ ...rule, weight: 200, signal: 'x' }] });
  expect(lines).toHaveLength(5);
  const many = {
    thresholds,
    rules: Array.from({ length: 30 }, (_, at) => ({ ...rule, code: `r_${at}`, weight: 0 })),
  };
  expect(refusalOf(many).lines).toHaveLength(21);
  expect(refusalOf(many).lines.at(-1)).toBe('And 10 more.');
});

test('what is long or odd in a document does not come back in the message', () => {
  const { lines } = refusalOf(withRule({ code: 'x'.repeat(10_000) }));
  expect(lines.join('').length).toBeLessThan(300);
});

test('the published schema is the one of the code, takes what the code takes and refuses bad forms', () => {
  const published = JSON.parse(fs.readFileSync(PUBLISHED, 'utf8'));
  expect(published).toEqual(JSON.parse(JSON.stringify(rulesDocumentSchema())));
  const isFine = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(published);
  expect(isFine(DEFAULT_RULES)).toBe(true);
  for (const change of [{ weight: 101 }, { signal: 'x' }, { extra: 1 }, { code: '' }])
    expect(isFine(withRule(change))).toBe(false);
});
