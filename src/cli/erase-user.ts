// npm run cli -- erase-user <id>: takes away what says who a user is. The ledger keeps the id, which says nothing once the
// product has forgotten whose it was.
import { eraseUser as erase } from '../deliveries/erase-user';
import { Problem } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import { commandLine } from './by';
import { type Command, UsageError } from './command';
import { withDatabase } from './database';

export const ERASE_HELP = `Usage: npm run cli -- erase-user <id> [--json]
Takes away what says who a user is; the ledger keeps the id. It cannot be undone.`;

export const eraseUser: Command = async (args, config) => {
  const [userId = '', ...more] = args.filter((arg) => arg !== '--json');
  if (userId === '' || more.length > 0 || !isStorable(userId)) throw new UsageError(ERASE_HELP);
  try {
    const erased = await withDatabase(config, (pool) => erase(pool, commandLine(), userId));
    if (args.includes('--json')) return JSON.stringify({ userId, ...erased });
    const { intents, bodies, deliveries, givenUp, postings, named } = erased;
    return (
      `${intents} intents, ${bodies} bodies of webhook events and ${deliveries} of deliveries no longer say who ` +
      `${userId} is${named ? ', nor is a name or an e-mail address kept' : ''}. What was written about them is gone, from ${postings} postings too.` +
      `${givenUp > 0 ? ` ${givenUp} deliveries had not been received and are not sent any more.` : ''}`
    );
  } catch (error) {
    throw error instanceof Problem ? new UsageError(error.message) : error;
  }
};
