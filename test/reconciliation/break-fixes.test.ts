// Every break that the code can open × every fix that it offers × both providers, each played through: what differs is made
// at the simulated provider, found, settled over GraphQL by that fix, and then both sides are added up. A kind or a fix that
// is not in the table below fails.
import { PROVIDER_NAMES } from '../../src/providers/descriptors';
import type { ProviderName } from '../../src/providers/provider';
import type { BreakFix } from '../../src/reconciliation/fixes';
import { IN_THE_BOOKS, SEEN } from '../../src/reconciliation/fixes';
import { BREAK_KINDS, type BreakKind, type BreakSubject } from '../../src/reconciliation/match';
import { useBreaks } from './breaks';
import { CANNOT_BE, type Origin, PLANTED } from './planted-breaks';

const stand = useBreaks();

interface Cell {
  readonly name: string;
  readonly what: string;
  readonly subject: BreakSubject;
  readonly kind: BreakKind;
  readonly origin: Origin;
  readonly fix: BreakFix;
  readonly provider: ProviderName;
}

const kindsOf = (origin: Origin, subject: BreakSubject) =>
  Object.entries((origin === 'books' ? IN_THE_BOOKS[subject] : SEEN[subject]) ?? {}) as [
    BreakKind,
    readonly BreakFix[],
  ][];

const CELLS: readonly Cell[] = (['books', 'seen'] as const).flatMap((origin) =>
  (Object.keys(IN_THE_BOOKS) as BreakSubject[]).flatMap((subject) =>
    kindsOf(origin, subject).flatMap(([kind, fixes]) => {
      const what = `${origin} ${subject} ${kind}`;
      return PROVIDER_NAMES.filter((provider) => !CANNOT_BE.has(`${provider} ${what}`)).flatMap((provider) =>
        fixes.map((fix) => ({
          ...{ name: `${what}, ${fix}, at ${provider}`, what, subject, kind, origin, fix, provider },
        })),
      );
    }),
  ),
);

it('every kind of break that there is stands in the table, and each that stands there can be made', () => {
  const kinds = new Set(CELLS.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual([...BREAK_KINDS].sort());
  expect(Object.keys(PLANTED).sort()).toEqual([...new Set(CELLS.map(({ what }) => what))].sort());
});

it.each(CELLS.map((cell) => [cell.name, cell] as const))('%s: the books agree', async (_, cell) => {
  const { provider, subject, kind, origin, fix } = cell;
  const made = await PLANTED[cell.what]?.(stand, provider);
  if (!made) throw new Error(`Nothing makes ${cell.what}`);
  if (origin === 'books') await stand.reconcile(provider);
  const found = await stand.breakOf(provider, made.key, subject, kind, origin);
  const offered = (origin === 'books' ? IN_THE_BOOKS[subject] : SEEN[subject])?.[kind] ?? [];
  expect(found).toMatchObject({ status: 'open', suggestedFix: offered[0], fixes: offered });

  expect(await stand.resolve(found.id, fix)).toEqual({
    break: expect.objectContaining({ status: fix === 'ignore' ? 'ignored' : 'resolved' }),
    errors: [],
  });

  const run = await stand.reconcile(provider);
  expect(run.result).toMatchObject({ broken: 0, differences: {} });
  const open = await stand.rows(`select * from breaks where provider = $1 and status = 'open'`, [provider]);
  expect(open).toEqual([]);
  const { ours, theirs } = await stand.clearing(provider);
  expect(ours).toEqual(theirs);
  // What of the payments that bought nothing was neither granted nor sent back: the provider's own objects say.
  expect(await stand.unapplied(provider)).toEqual(await stand.heldForPayers(provider));
});
