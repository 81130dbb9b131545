import type pg from 'pg';
import { type Caller, hasRole } from '../callers/caller';
import { invalidInput, notFound } from '../kernel/problems';
import type { SecretBox } from '../kernel/secret-box';
import { emailDomainOf, isStorable } from '../kernel/text';
import type { Logger } from '../telemetry/logger';
import { keyMark, type Said, sealed } from './marks';

export interface UserWords {
  /** Left out: it stays as it is. Null: none is kept. The same for the others. */
  readonly email?: string | null;
  readonly name?: string | null;
  /** Since when the product has the account. */
  readonly createdAt?: Date | null;
}

export interface UpsertUserInput extends UserWords {
  readonly id: string;
}

export interface SaveUserDeps {
  readonly pool: pg.Pool;
  readonly secrets: SecretBox;
  readonly log: Logger;
}

const ID_MAX = 255; // The columns of all that belongs to a user.
export const EMAIL_MAX = 320; // 64 before the @ and 255 behind it: RFC 5321, 4.5.3.1.
export const NAME_MAX = 255;

// Two words of one call are sealed by one key; what a call leaves out may be sealed by another.
const SAVE = `
  insert into users as u (id, email, email_mark, name, name_mark, account_created_at, key_mark, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, instant(), instant())
  on conflict (id) do update set
    email = case when $8 then excluded.email else u.email end,
    email_mark = case when $8 then excluded.email_mark else u.email_mark end,
    name = case when $9 then excluded.name else u.name end,
    name_mark = case when $9 then excluded.name_mark else u.name_mark end,
    account_created_at = case when $10 then excluded.account_created_at else u.account_created_at end,
    key_mark = case when $8 and $9 or u.key_mark = excluded.key_mark then excluded.key_mark else '' end,
    updated_at = excluded.updated_at
  where ($8 and u.email_mark is distinct from excluded.email_mark) or ($9 and u.name_mark is distinct from excluded.name_mark)
    or ($10 and u.account_created_at is distinct from excluded.account_created_at) or $11`;

/**
 * Keeps how a user is called, or changes it: the e-mail address and the name sealed, each with a mark by which it is found whole.
 * @throws Problem NOT_FOUND for anybody but a service, INVALID_INPUT
 */
export async function upsertUser(deps: SaveUserDeps, caller: Caller, input: UpsertUserInput): Promise<void> {
  if (!hasRole(caller, 'service')) throw notFound('The user', ['input', 'id']);
  const { id, email, name } = input;
  if (id.length < 1 || id.length > ID_MAX || !isStorable(id))
    throw invalidInput(`An id has 1 to ${ID_MAX} characters.`, 'id');
  if (email && !isEmail(email)) throw invalidInput('This is no e-mail address.', 'email');
  if (name !== null && name !== undefined && !isName(name))
    throw invalidInput(`A name has 1 to ${NAME_MAX} characters.`, 'name');
  await saveUser(deps, input);
  deps.log.info('user.saved', { userId: id, actor: caller.id });
}

/** @param text as written, white space around it included */
export const isEmail = (text: string): boolean =>
  text.length <= EMAIL_MAX && isStorable(text) && !/\s/.test(text.trim()) && emailDomainOf(text) !== null;

export const isName = (text: string): boolean =>
  text.trim().length > 0 && text.length <= NAME_MAX && isStorable(text);

/**
 * Keeps what was looked at before.
 * @param always also where it is the same but for its spelling
 */
export async function saveUser(
  { pool, secrets }: Pick<SaveUserDeps, 'pool' | 'secrets'>,
  input: UpsertUserInput,
  always = true,
): Promise<void> {
  const seal = (said: Said) => {
    const text = input[said]?.trim().normalize('NFC');
    return text ? sealed(secrets, said, text) : null;
  };
  const [email, name] = [seal('email'), seal('name')];
  const isGiven = [input.email, input.name, input.createdAt].map((value) => value !== undefined);
  await pool.query({
    name: 'save_user',
    text: SAVE,
    values: [
      ...[input.id, email?.text, email?.mark, name?.text, name?.mark],
      ...[input.createdAt, keyMark(secrets), ...isGiven, always],
    ],
  });
}
