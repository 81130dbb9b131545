// Two-phase, expiry and limit cases of another ledger's own tests, told in our verbs. What ours cannot say stands in the
// same file, with the reason.
import { randomUUID } from 'node:crypto';
import { codeOf, useCreditStand } from './stand';
import table from './two-phase-cases.json';

const stand = useCreditStand();
type Step = readonly (string | number | null)[];

// Their rows name a transfer by its number; ours name a hold by the key that made it.
async function play(user: string, holds: Map<string, string>, [verb, ...rest]: Step): Promise<unknown> {
  const [text, second, third] = rest as [string, number, number];
  const hold = (key: string) => holds.get(key) ?? `hld_${key}`;
  switch (verb) {
    case 'give':
      return stand.adjust(user, Number(text)).then(() => undefined);
    case 'pass':
      return stand.pass(user, Number(text));
    case 'look': {
      const { credits, held } = await stand.standing(user);
      return [credits, held];
    }
    case 'spend':
      return codeOf(stand.spend(user, second, text));
    case 'hold':
      return codeOf(
        stand
          .hold(user, second, { ttlSeconds: third, key: text })
          .then((made) => void holds.set(text, made.hold.id)),
      );
    case 'settle':
      return codeOf(stand.settle(user, hold(text), third, { key: String(second) }));
    case 'release':
      return codeOf(stand.release(user, hold(text)));
    case 'settled': {
      const settled = (await stand.deps.readHold(hold(text)))?.settledCredits;
      return typeof settled === 'bigint' ? Number(settled) : settled;
    }
  }
  throw new Error(`No verb ${verb}`);
}

const expected = ([verb, ...rest]: Step): unknown => {
  if (verb === 'give' || verb === 'pass') return undefined;
  return verb === 'look' ? rest : rest.at(-1);
};

test.each(table.cases)('$table: $says', async ({ steps }) => {
  const user = randomUUID();
  const holds = new Map<string, string>();
  const answers: unknown[] = [];
  for (const step of steps) answers.push([step, await play(user, holds, step as Step)]);

  expect(answers).toEqual(steps.map((step) => [step, expected(step as Step)]));
});

test('every table of theirs is played or has a reason why it cannot be', () => {
  const played = table.cases.map((item) => item.table);
  const reasons = table.tablesThatOursCannotSay;

  expect(new Set([...played, ...reasons.map((item) => item.table)]).size).toBe(41);
  expect(played.length + reasons.length).toBe(41);
  for (const { why } of [...reasons, ...table.statusesThatOursCannotSay]) expect(why).toMatch(/^[A-Z].+\.$/);
});
