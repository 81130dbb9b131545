import type { Caller } from '../callers/caller';
import type { RiskListEntry } from './list-entry.entity';
import { type ListDeps, type ListInput, putOnList } from './put-on-list';

/** Lets whom it names buy whatever the rules say, from the next purchase on. @throws Problem INVALID_INPUT */
export const addToAllowlist = (deps: ListDeps, caller: Caller, input: ListInput): Promise<RiskListEntry> =>
  putOnList(deps, caller, 'allow', input);
