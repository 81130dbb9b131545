import type { Queryable } from '../db/transaction';
import DEFAULT_RULES from './default-rules.json';

/** Installs the rules that come with the product where there are none yet. */
export async function installDefaultRules(database: Queryable): Promise<void> {
  await database.query('select install_default_rules($1)', [JSON.stringify(DEFAULT_RULES)]);
}
