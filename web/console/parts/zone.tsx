// In which zone times and days are written: the operator's own or UTC, chosen once for all screens, and said once on each.
const KEPT = 'credits-gateway:zone';

const isUtc = (() => {
  try {
    return localStorage.getItem(KEPT) === 'utc';
  } catch {
    return false;
  }
})();

const OWN = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** For Intl; undefined: the operator's own. */
export const ZONE = isUtc ? 'UTC' : undefined;

/** When a day of the calendar, as 2026-02-28, begins; so many days later, where they are given. */
export const startOf = (day: string, later = 0): Date => {
  const date = new Date(isUtc ? `${day}T00:00Z` : `${day}T00:00`);
  if (isUtc) date.setUTCDate(date.getUTCDate() + later);
  else date.setDate(date.getDate() + later);
  return date;
};

export function Zone() {
  const change = () => {
    localStorage.setItem(KEPT, isUtc ? 'own' : 'utc');
    // Formats are made once.
    location.reload();
  };
  return (
    <p className="quiet pad zone">
      Times are of {isUtc ? 'UTC' : OWN}.{' '}
      {OWN !== 'UTC' && (
        <button type="button" className="as-link" onClick={change}>
          Show {isUtc ? `those of ${OWN}` : 'UTC'}
        </button>
      )}
    </p>
  );
}
