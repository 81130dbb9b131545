// The document that rules are written in: its form, and what it may not say. Pure; docs/risk-rules.schema.json is made of it.
import { z } from 'zod';
import { Problem } from '../kernel/problems';
import { SIGNALS } from './signals';

// Each decision reads every rule; a set that a person still oversees is far smaller.
const RULES_MAX = 200;
const CONDITIONS_MAX = 8;
// Far above any count of a window, and exact as a double.
const BOUND_MAX = 1_000_000_000;
// A person reads them one by one; the rest comes with the next try.
const FAULTS_TOLD = 20;

/**
 * Signals of which less is worse: a rule may ask for `at_most` of these alone, so that more of what is suspicious never
 * lowers a score.
 */
export const LESS_IS_WORSE: readonly string[] = ['account_age_hours', 'three_d_secure_passed'];

const SIGNAL_NAMES = SIGNALS.map(({ name }) => name) as [string, ...string[]];
const bound = (description: string) => z.number().min(0).max(BOUND_MAX).describe(description).optional();
const threshold = (description: string) => z.int().min(1).max(100).describe(description);

const conditionFields = {
  signal: z
    .enum(SIGNAL_NAMES)
    .describe('What is looked at. One that is unknown of a purchase holds no condition.'),
  at_least: bound('Holds from this figure on.'),
  at_most: bound(`Holds up to this figure; for ${LESS_IS_WORSE.join(' and ')} alone.`),
};

const condition = z.strictObject(conditionFields);

const rule = z.strictObject({
  code: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/, 'has 1 to 64 small letters, digits and _, and begins with a letter')
    .describe('Its name, once in a document: support reads it beside a purchase.'),
  why: z.string().min(1).max(300).describe('What it is for, for the next one who reads it.').optional(),
  ...conditionFields,
  weight: z.int().min(0).max(100).describe('What it adds to the score where it fires.'),
  decision: z
    .enum(['challenge', 'review', 'block'])
    .describe('The least that is decided where it fires, whatever the score.')
    .optional(),
  stage: z
    .enum(['claim', 'settle', 'both'])
    .describe(
      'claim: before anything is asked for. settle: once the provider has told of the money. Left out: both.',
    )
    .optional(),
  when: z
    .array(condition)
    .min(1)
    .max(CONDITIONS_MAX)
    .describe('What has to hold besides, all of it.')
    .optional(),
});

const rulesDocument = z.strictObject({
  $schema: z.string().describe('Where this schema is, for an editor.').optional(),
  thresholds: z
    .strictObject({
      challenge: threshold('From this score on the payer proves who it is.'),
      review: threshold('From this score on the credits wait for a person.'),
      block: threshold('From this score on nothing is sold.'),
    })
    .describe('What is decided from which score on; each at least as high as the one before.'),
  rules: z
    .array(rule)
    .min(1)
    .max(RULES_MAX)
    .describe('In any order: the weights of all that fire are added up, to 100.'),
});

export type RulesDocument = z.infer<typeof rulesDocument>;
type Rule = RulesDocument['rules'][number];
type Condition = z.infer<typeof condition>;

/** The JSON schema of a document, for editors and for whoever writes one by a program. */
export const rulesDocumentSchema = (): object => ({
  title: 'Risk rules of credits-gateway',
  ...z.toJSONSchema(rulesDocument),
});

/** What the value says as a document of rules. @throws Problem INVALID_INPUT that names each rule at fault, and the fault */
export function readRulesDocument(value: unknown): RulesDocument {
  const faults = faultsOf(value);
  if (faults.length === 0) return rulesDocument.parse(value);
  const more = faults.length > FAULTS_TOLD ? [`And ${faults.length - FAULTS_TOLD} more.`] : [];
  throw new Problem('INVALID_INPUT', [...faults.slice(0, FAULTS_TOLD), ...more].join('\n'), [
    'input',
    'document',
  ]);
}

/** A sentence for each; none: it is a document of rules. */
function faultsOf(value: unknown): string[] {
  const { success, error, data } = rulesDocument.safeParse(value, { reportInput: true });
  if (!success) return error.issues.map((issue) => `${placeOf(value, issue.path)}${messageOf(issue)}.`);
  return [...thresholdFaults(data), ...repeatedCodes(data), ...data.rules.flatMap(ruleFaults)];
}

function thresholdFaults({ thresholds: { challenge, review, block } }: RulesDocument): string[] {
  if (challenge <= review && review <= block) return [];
  return [
    `thresholds: challenge (${challenge}), review (${review}) and block (${block}) go up in this order.`,
  ];
}

function repeatedCodes({ rules }: RulesDocument): string[] {
  const codes = rules.map(({ code }) => code);
  const repeated = new Set(codes.filter((code, at) => codes.indexOf(code) < at));
  return [...repeated].map((code) => `Rule ${code}: the name is given twice; each rule has its own.`);
}

function ruleFaults(one: Rule, at: number): string[] {
  const conditions: Condition[] = [one, ...(one.when ?? [])];
  const faults = [
    ...conditions.flatMap(boundFaults),
    ...(one.weight === 0 && !one.decision ? ['does nothing: give it a weight or a decision'] : []),
    ...(one.stage === 'claim'
      ? conditions.filter(isOfCard).map(({ signal }) => `never fires: ${signal} is not known at the claim`)
      : []),
  ];
  return faults.map((fault) => `${ruleName(one, at)}: ${fault}.`);
}

function boundFaults({ signal, at_least, at_most }: Condition): string[] {
  if ((at_least === undefined) === (at_most === undefined))
    return [`${signal} has either at_least or at_most, one of them`];
  if (at_most !== undefined && !LESS_IS_WORSE.includes(signal))
    return [`${signal} has at_least alone: with at_most, more of it would lower the score`];
  return [];
}

const isOfCard = ({ signal }: Condition) =>
  SIGNALS.some(({ name, stage }) => name === signal && stage === 'settle');

const ruleName = (one: unknown, at: number): string => {
  const code = (one as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code !== '' ? `Rule ${at + 1} (${code.slice(0, 64)})` : `Rule ${at + 1}`;
};

/** `Rule 3 (new_account): weight: `, as far as there is such a place. */
function placeOf(value: unknown, path: readonly PropertyKey[]): string {
  const [first, at, ...rest] = path;
  const rules = (value as { rules?: unknown } | null)?.rules;
  const places =
    first === 'rules' && typeof at === 'number'
      ? [ruleName(Array.isArray(rules) ? rules[at] : null, at), ...rest]
      : path;
  return places.map((place) => `${String(typeof place === 'number' ? place + 1 : place)}: `).join('');
}

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      // The names of all signals are in the schema and in the documentation.
      return issue.values.length > 10
        ? `${JSON.stringify(issue.input ?? null)} is no signal`
        : `is one of ${issue.values.join(', ')}`;
    case 'unrecognized_keys':
      return `${issue.keys.join(', ')} means nothing here`;
    case 'too_big':
      return `is at most ${issue.maximum}${ofOrigin(issue.origin)}`;
    case 'too_small':
      return `is at least ${issue.minimum}${ofOrigin(issue.origin)}`;
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `is ${TYPES[issue.expected] ?? issue.expected}`;
    default:
      return issue.message;
  }
}

const ofOrigin = (origin: string): string => ({ array: ' long', string: ' characters long' })[origin] ?? '';
const TYPES: Readonly<Record<string, string>> = {
  ...{ int: 'a whole number', number: 'a number', string: 'text', array: 'a list', object: 'an object' },
};
