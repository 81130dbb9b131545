import { Time } from '../parts/values';

const HOUR_MS = 3_600_000;
// Who comes back after lunch should still be in time.
const SOON_HOURS = 4;

/** A deadline, with what is left of it while that is little. */
export function Due({ at }: { readonly at: string }) {
  const hours = (new Date(at).getTime() - Date.now()) / HOUR_MS;
  if (hours > SOON_HOURS) return <Time at={at} />;
  const left =
    hours <= 0 ? 'over' : hours < 1 ? `${Math.ceil(hours * 60)} min left` : `${Math.floor(hours)} h left`;
  return (
    <>
      <Time at={at} /> <b className="soon">{left}</b>
    </>
  );
}
