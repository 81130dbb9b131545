import type pg from 'pg';
import { type Row, rowMapper, selectList } from '../db/columns';
import { oneOf } from '../db/one-of';
import type { SecretBox } from '../kernel/secret-box';
import type { Logger } from '../telemetry/logger';
import { marksOf, opened, type Said } from './marks';
import { User } from './user.entity';

export interface UserProfile {
  readonly userId: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date;
}

interface Needs {
  readonly pool: pg.Pool;
  readonly secrets: SecretBox;
  readonly log: Logger;
}

const toUser = rowMapper(User);

/** What is known of each user, in the order of the ids; null: nothing is. What no key opens is not known. */
export async function profilesByIds(
  { pool, secrets, log }: Needs,
  ids: readonly string[],
): Promise<(UserProfile | null)[]> {
  const { rows } = await pool.query<Row>({
    name: 'profiles_by_ids',
    text: `select ${selectList(User, 'u')} from users u where u.id = ${oneOf('$1')}`,
    values: [ids],
  });
  const known = new Map(rows.map(toUser).map((user) => [user.id, user]));
  const open = (user: User, said: Said) => {
    const kept = user[said];
    try {
      return kept && opened(secrets, said, kept);
    } catch (error) {
      log.error('user.unreadable', { userId: user.id, error: String(error) });
      return null;
    }
  };
  return ids.map((id) => {
    const user = known.get(id);
    if (!user) return null;
    const { accountCreatedAt: createdAt, updatedAt } = user;
    return { userId: id, email: open(user, 'email'), name: open(user, 'name'), createdAt, updatedAt };
  });
}

// A name that more share is somebody's whose id has to be known.
const CALLED_MAX = 1_000;

/** The ids of users whose whole name or e-mail address a text is, at most 1 000. */
export async function usersCalled(
  { pool, secrets }: Pick<Needs, 'pool' | 'secrets'>,
  text: string,
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'users_called',
    text: 'select id from users where email_mark = any($1) or name_mark = any($1) limit $2',
    values: [marksOf(secrets, text), CALLED_MAX],
  });
  return rows.map(({ id }) => id);
}
