// npm run cli -- erase-user <id>: takes away what says who a user is. The ledger keeps the id, which says nothing once the
// product has forgotten whose it was.
import { userInfo } from 'node:os';
import { eraseUser as erase } from '../deliveries/erase-user';
import { Problem } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import { type Command, UsageError } from './command';
import { poolOn } from './database';

export const eraseUser: Command = async ([userId = '', ...more], { databaseUrl }) => {
  if (userId === '' || more.length > 0 || !isStorable(userId))
    throw new UsageError('Usage: npm run cli -- erase-user <id>');
  if (databaseUrl === '') throw new UsageError('DATABASE_URL: say which database.');
  const pool = await poolOn(databaseUrl, 1);
  try {
    const by = { id: `cli:${userInfo().username}`, role: 'admin' } as const;
    const { intents, bodies, deliveries, givenUp, postings } = await erase(pool, by, userId);
    return (
      `${intents} intents, ${bodies} bodies of webhook events and ${deliveries} of deliveries no longer say who ` +
      `${userId} is. What was written about them is gone, from ${postings} postings too.` +
      `${givenUp > 0 ? ` ${givenUp} deliveries had not been received and are not sent any more.` : ''}`
    );
  } catch (error) {
    throw error instanceof Problem ? new UsageError(error.message) : error;
  } finally {
    await pool.end();
  }
};
