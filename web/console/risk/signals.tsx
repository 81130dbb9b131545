import { Card } from '../parts/page';
import { words } from '../parts/values';

interface SignalsProps {
  /** Null: nothing was judged. */
  readonly signals:
    | readonly { readonly code: string; readonly weight: number; readonly detail: string }[]
    | null;
  readonly score: number | null;
}

/** Why the rules decided as they did: each that fired, with what it found and what it adds. */
export function Signals({ signals, score }: SignalsProps) {
  if (!signals || score === null) return null;
  return (
    <Card title="Why" aside={<b>{score} of 100</b>}>
      {signals.length === 0 ? (
        <p className="quiet pad">No rule fired.</p>
      ) : (
        <ul className="signals">
          {signals.map(({ code, weight, detail }) => (
            <li key={code}>
              <b className="weight">+{weight}</b>
              <span>
                {words(code)}
                <span className="quiet">{detail}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
