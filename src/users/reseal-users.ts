// When another key stands first in SECRETS_KEY, what is known of users is sealed under it, and marked by it: they are still found when
// the old one is taken away.
import { type QuarantineDeps, workEach } from '../jobs/quarantine';
import type { SecretBox } from '../kernel/secret-box';
import { keyMark, opened, type Said, sealed } from './marks';
import type { User } from './user.entity';

export const RESEAL_LOOP = 'reseal-users';

// A round is some tens of milliseconds.
const PAGE = 200;

// Each end of the index has no row while all are sealed under the first key.
const OTHERS = `
  select id, email, name from users u
  where (key_mark < $1 or key_mark > $1)
    and not exists (select from quarantine q where q.loop = $2 and q.row_id = u.id and q.retry_at > clock_timestamp())
  order by id limit $3`;

/** What was changed meanwhile is left as it is: another round sees to it. */
const RESEAL = `
  update users set email = $2, email_mark = $3, name = $4, name_mark = $5, key_mark = $6
  where id = $1 and email is not distinct from $7 and name is not distinct from $8`;

/** @returns how many were sealed anew. One that no key opens is set aside. */
export async function resealUsers(deps: QuarantineDeps & { readonly secrets: SecretBox }): Promise<number> {
  const { pool, secrets } = deps;
  const now = keyMark(secrets);
  const { rows } = await pool.query<Pick<User, 'id' | 'email' | 'name'>>(OTHERS, [now, RESEAL_LOOP, PAGE]);
  const anew = (said: Said, kept: string | null) =>
    kept === null ? null : sealed(secrets, said, opened(secrets, said, kept));
  return workEach(
    deps,
    RESEAL_LOOP,
    rows,
    ({ id }) => id,
    async ({ id, email, name }) => {
      const [newEmail, newName] = [anew('email', email), anew('name', name)];
      await pool.query(RESEAL, [
        ...[id, newEmail?.text, newEmail?.mark, newName?.text, newName?.mark, now],
        ...[email, name],
      ]);
    },
  );
}
