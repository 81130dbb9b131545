import type { Caller } from '../callers/caller';
import { GRANTS_MAX, type GrantCreditsInput, type GrantResult, grantCredits } from './grant';
import type { GrantLine } from './import-file';

type Needs = Parameters<typeof grantCredits>[0];

/** What became of one line of a file. */
export interface ImportedGrant {
  readonly line: number;
  readonly result: GrantResult;
}

/**
 * Gives what a file says, in sets, each grant by itself as grantCredits does: one that is refused harms none. Whoever was cut off, or is
 * not sure, gives the same file again: what was given says `replayed`.
 * @param told after each set, in the order of the file; what it throws ends the import behind that set
 * @throws Problem as grantCredits, before anything is given
 */
export async function importGrants(
  deps: Needs,
  caller: Caller,
  {
    campaign,
    lines,
  }: { readonly campaign: GrantCreditsInput['campaign']; readonly lines: readonly GrantLine[] },
  told: (results: readonly ImportedGrant[]) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < lines.length; from += GRANTS_MAX) {
    const set = lines.slice(from, from + GRANTS_MAX);
    const results = await grantCredits(deps, caller, { campaign, grants: set.map(({ grant }) => grant) });
    await told(results.map((result, nth) => ({ line: set[nth]?.line ?? 0, result })));
  }
}
