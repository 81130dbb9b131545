import type { Caller } from '../callers/caller';
import type { RiskListEntry } from './list-entry.entity';
import { type ListDeps, type ListInput, putOnList } from './put-on-list';

/** Refuses whom it names from the next purchase on, in every process. @throws Problem INVALID_INPUT */
export const addToBlocklist = (deps: ListDeps, caller: Caller, input: ListInput): Promise<RiskListEntry> =>
  putOnList(deps, caller, 'block', input);
