// Reads one line of a provider's books by itself, so that one that is broken keeps none of the others from being read.
import { z } from 'zod';
import type { BookLine, SettlementEntry, UnreadableLine } from './settlement';
import { BadAnswer, isObject } from './transport';

// What the tables of the books can keep: an id as providers make them, and an instant before the year 10000.
const ID = /^[\x21-\x7e]{1,255}$/;
const CURRENCY = /^[A-Z]{3}$/;
const LATEST_SECONDS = 253_402_300_799;

/** The text that a line has under a name; null where it is none that could be an id. */
export const idIn = (line: unknown, name: string): string | null => {
  const value = isObject(line) ? line[name] : null;
  return typeof value === 'string' && ID.test(value) ? value : null;
};

/** What can be said of a line whatever else it says. */
type Named = Pick<UnreadableLine, 'providerEntryId' | 'providerObjectId' | 'providerPayoutId'>;

/** @throws `error`, where it does not say that the line is broken. */
export const unreadableLine = (named: Named, error: unknown): UnreadableLine => ({
  kind: 'unreadable',
  ...named,
  reason: reasonOf(error),
});

/**
 * @param read what the line says; may throw what zod throws, or BadAnswer
 */
export function bookLine(named: Named, read: () => SettlementEntry): BookLine {
  try {
    const value = read();
    const broken = brokenPart(value);
    return broken ? { kind: 'unreadable', ...named, reason: broken } : { kind: 'ok', value };
  } catch (error) {
    return unreadableLine(named, error);
  }
}

function brokenPart(entry: SettlementEntry): string | null {
  const { providerEntryId, providerObjectId, providerIntentId, providerPayoutId } = entry;
  const ids = { providerEntryId, providerObjectId, providerIntentId, providerPayoutId };
  for (const [name, id] of Object.entries(ids)) if (id !== null && !ID.test(id)) return `${name} is no id`;
  if (!CURRENCY.test(entry.amount.currency)) return 'its currency is none';
  if (entry.createdAt > LATEST_SECONDS) return 'its time is none';
  return entry.amount.amountMinor - entry.feeMinor === entry.netMinor
    ? null
    : 'its net is not its amount less its fee';
}

/** Without what the line says, which may be somebody's name. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return `${issue?.path.join('.') || 'the line'}: ${issue?.code ?? 'unknown'}`.slice(0, 200);
  }
  if (error instanceof BadAnswer) return 'its money is not whole';
  throw error;
}
