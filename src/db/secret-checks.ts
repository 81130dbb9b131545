// A secret that does not fit what is stored is found at the start, not by the first endpoint or API key that stops working. Of each
// setting a check value is kept: of the secret that new things are made with, which is the first of its list.
import { createHmac } from 'node:crypto';
import type pg from 'pg';
import { ConfigError } from '../kernel/config';

export interface StoredSecret {
  /** The variable. */
  readonly setting: string;
  /** The first one makes what is new, all of them open what is old. */
  readonly secrets: readonly string[];
  /** One that everybody knows and nobody may go on with: it may be left without being listed. */
  readonly development: string;
  /** What becomes unreadable without the right one, for the message. */
  readonly keeps: string;
}

/** It names the setting, so that one secret in two settings shows no two equal values. */
const checkOf = (setting: string, secret: string): string =>
  createHmac('sha256', secret).update(`credits-gateway check value of ${setting}`).digest('hex').slice(0, 32);

/**
 * What of these secrets does not fit those by which the database was last written: a line for each setting. Changes nothing.
 */
export async function unfitSecrets(
  client: Pick<pg.ClientBase, 'query'>,
  stored: readonly StoredSecret[],
): Promise<string[]> {
  const { rows } = await client.query<{ setting: string; value: string }>(
    'select setting, value from secret_checks',
  );
  const known = new Map(rows.map(({ setting, value }) => [setting, value]));
  return stored.flatMap(({ setting, secrets, development, keeps }) => {
    const last = known.get(setting);
    const fits = [...secrets, development].some((secret) => checkOf(setting, secret) === last);
    if (last === undefined || fits) return [];
    return [
      `${setting}: this database was last written with another one, without which ${keeps}. Put that one behind the new one, with a ` +
        'comma between',
    ];
  });
}

/**
 * Compares secrets with those by which the database was last written, and keeps what is new. Call it under the migration lock.
 * @throws ConfigError naming each setting that lacks the secret it was last written by; nothing is kept then.
 */
export async function checkSecrets(client: pg.ClientBase, stored: readonly StoredSecret[]): Promise<void> {
  const problems = await unfitSecrets(client, stored);
  if (problems.length > 0) throw new ConfigError(problems);
  for (const { setting, secrets } of stored)
    await client.query(
      `insert into secret_checks (setting, value, since) values ($1, $2, instant())
       on conflict (setting) do update set value = excluded.value, since = excluded.since
       where secret_checks.value <> excluded.value`,
      [setting, checkOf(setting, secrets[0] ?? '')],
    );
}
