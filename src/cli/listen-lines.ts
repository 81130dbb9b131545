// What a developer reads while events come: one line each, or one JSON object each for programs.
import type { Try } from './listen-forward';

/** What came, in the words that it has for itself. */
export interface Named {
  /** stripe, razorpay, or deliveries: the gateway's own. */
  readonly from: string;
  readonly type: string | null;
  readonly id: string | null;
  /** How often it has come, this time included. */
  readonly time: number;
}

export interface Lines {
  listening(setup: string, facts: object): void;
  tried(what: Named, tried: Try): void;
  /** What cannot be seen from a status: how to mend it. */
  hint(text: string): void;
}

const COLORS = { dim: 2, red: 31, green: 32, yellow: 33 } as const;
const TYPE_WIDTH = 34;
const ID_WIDTH = 32;

/** @param isJson one object a line, and nothing else */
export function createLines(isJson: boolean, out: NodeJS.WriteStream = process.stdout): Lines {
  // https://no-color.org
  const isColored = out.isTTY === true && !process.env.NO_COLOR;
  const paint = (color: keyof typeof COLORS, text: string) =>
    isColored ? `\x1b[${COLORS[color]}m${text}\x1b[0m` : text;
  const say = (text: string) => void out.write(`${text}\n`);
  const json = (event: string, facts: object) =>
    say(JSON.stringify({ at: new Date().toISOString(), event, ...facts }));
  if (isJson)
    return {
      listening: (_setup, facts) => json('listening', facts),
      tried: (what, { answer, error, ms, againInMs }) =>
        json(againInMs === null ? 'forwarded' : 'retrying', {
          ...what,
          status: answer?.status ?? null,
          error,
          ms,
          againInMs,
        }),
      hint: (text) => json('hint', { text }),
    };
  return {
    listening: (setup) => say(setup),
    hint: (text) => say(paint('yellow', `          ${text}`)),
    tried: ({ from, type, id, time }, tried) =>
      say(
        [
          paint('dim', new Date().toTimeString().slice(0, 8)),
          from.padEnd(10),
          (type ?? '?').padEnd(TYPE_WIDTH),
          paint('dim', (id ?? '?').padEnd(ID_WIDTH)),
          outcome(tried, paint),
          ...(time > 1 ? [paint('dim', `(time ${time})`)] : []),
        ].join(' '),
      ),
  };
}

function outcome(
  { answer, error, ms, againInMs }: Try,
  paint: (color: keyof typeof COLORS, text: string) => string,
): string {
  if (answer) {
    const isTaken = answer.status >= 200 && answer.status < 300;
    return `${paint(isTaken ? 'green' : 'red', String(answer.status))} ${ms} ms`;
  }
  const next = againInMs === null ? 'given up: its sender is told 502' : `again in ${againInMs} ms`;
  return `${paint(againInMs === null ? 'red' : 'yellow', String(error))} ${next}`;
}
