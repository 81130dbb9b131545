// JSON logs, one line an event. `event` is a fixed name, such as intent.created or credits.granted, so that each money
// operation can be found and counted by it; lines.ts says which logger it belongs to and what it says to a person.
import pino, { type LoggerOptions } from 'pino';
import { type Level, LINES } from './lines';

export interface Logger {
  /** Something that happened as it should. */
  info(event: string, facts?: object): void;
  /** Something a person may want to look at, that the gateway deals with by itself. */
  warn(event: string, facts?: object): void;
  /** Something that needs a person. */
  error(event: string, facts?: object): void;
  /** Security, or a fault that nobody caught. */
  critical(event: string, facts?: object): void;
}

// Names under which a secret could be logged by mistake.
const SECRET_PATHS = ['authorization', 'clientSecret', 'secret', 'token', 'password', 'headers'].flatMap(
  (name) => [name, `*.${name}`],
);

/** As pino calls them, and as they are written. */
export const LEVELS: Readonly<Record<string, Level | 'DEBUG'>> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

/**
 * @param level pino's level, or silent.
 * @param to where lines go; left out: standard output.
 * @param traceIdOf which trace a line belongs to, by its facts; left out: none is named.
 */
export function createLogger(
  level: string,
  to?: { write(line: string): void },
  traceIdOf: (facts: object) => string | undefined = () => undefined,
): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: LEVELS[label] ?? label }) },
    redact: { paths: SECRET_PATHS, censor: '[secret]' },
  };
  const lines = to ? pino(options, to) : pino(options);
  // What is critical is written before the next statement runs: it may be the last one of the process.
  const atOnce = to ? lines : pino(options, pino.destination({ fd: 1, sync: true }));
  const write = (at: 'info' | 'warn' | 'error' | 'fatal') => (event: string, facts?: object) => {
    const line = LINES.get(event);
    const out = at === 'fatal' ? atOnce : lines;
    const traceId = facts && traceIdOf(facts);
    const trace = traceId === undefined ? {} : { trace_id: traceId };
    out[at]({ ...facts, ...trace, logger: line?.logger ?? 'gateway', event }, line?.message ?? event);
  };
  return { info: write('info'), warn: write('warn'), error: write('error'), critical: write('fatal') };
}
