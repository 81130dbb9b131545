// JSON logs, one line an event. `event` is a fixed name, such as intent.created or credits.granted, so that each money
// operation can be found and counted by it.
import pino from 'pino';

export interface Logger {
  /** Something that happened as it should. */
  info(event: string, facts?: object): void;
  /** Something a person may want to look at, that the gateway deals with by itself. */
  warn(event: string, facts?: object): void;
  /** Something that needs a person. */
  error(event: string, facts?: object): void;
  /** Something that must not happen: a fault that nobody caught. */
  critical(event: string, facts?: object): void;
}

// Names under which a secret could be logged by mistake.
const SECRET_PATHS = ['authorization', 'clientSecret', 'secret', 'token', 'password', 'headers'].flatMap(
  (name) => [name, `*.${name}`],
);

/** @param level pino's level, or silent. */
export function createLogger(level: string): Logger {
  const lines = pino({
    level,
    base: null,
    messageKey: 'event',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label === 'fatal' ? 'critical' : label }) },
    redact: { paths: SECRET_PATHS, censor: '[secret]' },
  });
  return {
    info: (event, facts) => lines.info(facts ?? {}, event),
    warn: (event, facts) => lines.warn(facts ?? {}, event),
    error: (event, facts) => lines.error(facts ?? {}, event),
    critical: (event, facts) => lines.fatal(facts ?? {}, event),
  };
}
