import { Time } from '../parts/values';

const DAY_MS = 86_400_000;

interface DeadlineProps {
  readonly at: string | null | undefined;
  /** False: it was answered, or it is over. */
  readonly isOpen: boolean;
}

/** In whole days, as who has to answer counts them. */
export function daysLeft(at: string, nowMs: number): string {
  const days = Math.floor((Date.parse(at) - nowMs) / DAY_MS);
  if (days < 0) return 'its day is past';
  if (days === 0) return 'today';
  return days === 1 ? '1 day left' : `${days} days left`;
}

/** Until when the bank takes an answer, and how long that is. */
export function Deadline({ at, isOpen }: DeadlineProps) {
  if (!at || !isOpen) return <Time at={isOpen ? at : null} />;
  const isUrgent = Date.parse(at) - Date.now() < 3 * DAY_MS;
  return (
    <span className="nowrap">
      <Time at={at} /> <span className={isUrgent ? 'bad' : 'quiet'}>{daysLeft(at, Date.now())}</span>
    </span>
  );
}
