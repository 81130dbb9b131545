import { type Caller, hasRole } from '../callers/caller';
import type { Config } from '../kernel/config';

/** True when the schema is no secret to this caller: introspection, the schema's text and the words "Did you mean". */
export function mayExplore({ explorer }: Pick<Config, 'explorer'>, caller: Caller | null): boolean {
  if (explorer === 'support') return caller !== null && hasRole(caller, 'support');
  return explorer === 'on';
}
