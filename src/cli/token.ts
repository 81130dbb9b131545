// npm run cli -- token --user ada --role support [--hours 8]: a token for an operator where nobody signs them in.
import { parseArgs } from 'node:util';
import { ROLES, type Role } from '../callers/caller';
import { issueToken } from '../callers/token';
import { isStorable } from '../kernel/text';
import { type Command, UsageError } from './command';

export const TOKEN_HELP = `Usage: npm run cli -- token --user <id> --role ${ROLES.join('|')} [--hours 8] [--json]`;
// A working day; a token cannot be taken back before it ends.
const HOURS_DEFAULT = '8';
const HOURS_MAX = 24 * 7;

export const token: Command = async (args, { auth }) => {
  const { user, role, hours, json } = read(args);
  if (!auth.jwtSecret)
    throw new UsageError('Tokens are signed by the keys at AUTH_JWKS_URL, which this gateway does not hold.');
  const made = await issueToken(auth, { id: user, role }, hours * 3600);
  return json ? JSON.stringify({ token: made, user, role, hours }) : made;
};

function read(args: readonly string[]): { user: string; role: Role; hours: number; json: boolean } {
  const text = { type: 'string' } as const;
  const options = { user: text, role: text, hours: text, json: { type: 'boolean' } } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    const { user = '', role = '', hours = HOURS_DEFAULT, json = false } = values;
    const isUser = user !== '' && user.length <= 255 && isStorable(user);
    const isRole = (ROLES as readonly string[]).includes(role);
    const duration = Number(hours);
    if (isUser && isRole && duration > 0 && duration <= HOURS_MAX)
      return { user, role: role as Role, hours: duration, json };
  } catch {
    // An option that does not exist: the same answer.
  }
  throw new UsageError(TOKEN_HELP);
}
