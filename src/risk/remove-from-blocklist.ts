import type { Caller } from '../callers/caller';
import type { RiskListEntry } from './list-entry.entity';
import { type ListDeps, takeOffList } from './put-on-list';

/** Leaves whom it named to the rules again. A second time it answers like the first. @throws Problem NOT_FOUND */
export const removeFromBlocklist = (deps: ListDeps, caller: Caller, id: string): Promise<RiskListEntry> =>
  takeOffList(deps, caller, 'block', id);
