// Months as they are closed, in the zone that the console shows.
import { startOf } from '../parts/zone';

/** In the first days of a month it is the last one that is closed. */
export function monthToClose(now: Date): string {
  const month = new Date(now.getFullYear(), now.getMonth() - (now.getDate() < 11 ? 1 : 0), 1);
  return `${month.getFullYear()}-${String(month.getMonth() + 1).padStart(2, '0')}`;
}

/** From the first instant of a month to that of the next. */
export function spanOf(month: string): { gte: string; lt: string } {
  const [year = 0, nth = 0] = month.split('-').map(Number);
  const next = nth === 12 ? `${year + 1}-01` : `${year}-${String(nth + 1).padStart(2, '0')}`;
  return { gte: startOf(`${month}-01`).toISOString(), lt: startOf(`${next}-01`).toISOString() };
}
