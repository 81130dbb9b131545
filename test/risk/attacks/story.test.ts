import { PARAMETERS, SEEDS } from './parameters';
import { isAttack, type Kind, type Purchase, paidCents } from './purchase';
import { storyOf } from './story';

// A story takes as long as all checks of it.
const seeds = SEEDS.tuning.slice(0, 3);
const of = (story: readonly Purchase[], ...kinds: Kind[]) => story.filter(({ kind }) => kinds.includes(kind));
const distinct = (values: readonly unknown[]) => new Set(values).size;

describe.each(seeds)('story %i', (seed) => {
  const story = storyOf(seed);
  const testing = of(story, 'testing in bursts', 'testing slowly');

  it('is told alike each time, and unlike any other', () => {
    expect(JSON.stringify(storyOf(seed)) === JSON.stringify(story)).toBe(true);
    expect(JSON.stringify(storyOf(seed + 1)) === JSON.stringify(story)).toBe(false);
  });

  it('has five thousand honest purchases, in every way of buying', () => {
    expect(story.filter(({ kind }) => !isAttack(kind))).toHaveLength(PARAMETERS.honest.purchases);
    for (const way of Object.keys(PARAMETERS.honest.ways) as (keyof typeof PARAMETERS.honest.ways)[])
      expect(of(story, way).length).toBeGreaterThan(100);
  });

  it('has two thousand tries of three hundred cards from forty devices, nine of ten declined', () => {
    const tries = testing.flatMap((purchase) => purchase.tries);
    // What would fall behind the last day is not told.
    expect(tries.length).toBeGreaterThan(1_900);
    expect(tries.length).toBeLessThanOrEqual(PARAMETERS.cardTesting.tries);
    expect(distinct(tries.map(({ card }) => card.fingerprint))).toBeGreaterThan(290);
    expect(distinct(testing.map(({ payer }) => payer.device))).toBe(PARAMETERS.cardTesting.devices);
    const declined = tries.filter(({ decline }) => decline !== null).length / tries.length;
    expect(declined).toBeGreaterThan(0.87);
    expect(declined).toBeLessThan(0.93);
  });

  it('pays at most once a purchase, with its last card, and tries a card that worked no more', () => {
    const isPaidEarly = ({ tries }: Purchase) => tries.slice(0, -1).some(({ decline }) => decline === null);
    expect(story.filter(isPaidEarly)).toEqual([]);
    const worked = testing.flatMap(({ tries }) => tries).filter(({ decline }) => decline === null);
    expect(distinct(worked.map(({ card }) => card.fingerprint))).toBe(worked.length);
  });

  it('loses money to each kind of attack', () => {
    for (const kind of [
      'testing in bursts',
      'testing slowly',
      'cashing out',
      'farming',
      'refund abuse',
      'friendly fraud',
    ] as const)
      expect(of(story, kind).reduce((sum, purchase) => sum + paidCents(purchase), 0)).toBeGreaterThan(0);
  });

  it('is in order, and nobody buys before he has an account', () => {
    expect(story.every(({ at }, nth) => nth === 0 || at >= (story[nth - 1]?.at ?? 0))).toBe(true);
    expect(story.every(({ at, payer }) => payer.accountCreatedAt < at)).toBe(true);
  });
});
