// Which instants can be kept and given back as they came.

const FIRST_MS = Date.UTC(2001, 0) - 730_485 * 86_400_000; // 0001-01-01: so many days before 2001.
const AFTER_LAST_MS = Date.UTC(10_000, 0);

/** True of the years 1 to 9999 in UTC, the only ones that ISO 8601 and PostgreSQL write alike; false of an invalid Date too. */
export const isStorableInstant = (at: Date): boolean =>
  at.getTime() >= FIRST_MS && at.getTime() < AFTER_LAST_MS;

// RFC 3339, with its zone: a day without one would be another instant elsewhere.
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** Whether a text begins with a day that there is: 2026-02-31 would be taken for the 3rd of March. */
export function beginsWithDay(text: string): boolean {
  const [day] = /^\d{4}-\d\d-\d\d/.exec(text) ?? [];
  const at = new Date(`${day}T00:00:00Z`);
  return day !== undefined && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

/** An instant as RFC 3339 writes it, e.g. 2027-01-31T00:00:00Z; null: it is none that can be kept. */
export function storableInstantOf(text: string): Date | null {
  const at = new Date(text);
  return INSTANT.test(text) && beginsWithDay(text) && isStorableInstant(at) ? at : null;
}
