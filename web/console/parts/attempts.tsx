import { Time } from './values';

interface AttemptsProps {
  readonly attempts: readonly {
    readonly number: number;
    readonly at: string;
    readonly durationMs: number;
    readonly succeeded: boolean;
    readonly error?: string | null;
  }[];
  readonly next?: string | null;
}

/** Each try, and when the next one comes. */
export function Attempts({ attempts, next }: AttemptsProps) {
  return (
    <ol className="timeline">
      {attempts.map((attempt) => (
        <li key={attempt.number} className={attempt.succeeded ? 'good' : 'bad'}>
          <p>
            Attempt {attempt.number}: {attempt.succeeded ? 'done' : (attempt.error ?? 'failed')}
          </p>
          <p className="quiet">
            <Time at={attempt.at} long /> · {attempt.durationMs} ms
          </p>
        </li>
      ))}
      {attempts.length === 0 && <li>Not tried yet.</li>}
      {next && (
        <li>
          <p className="quiet">
            Next: <Time at={next} long />
          </p>
        </li>
      )}
    </ol>
  );
}
