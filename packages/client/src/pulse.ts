// Whether a socket lives. A phone that slept or changed its network has one that says nothing and knows nothing.

// Asked so often, and given so long to answer, a dead one is found out within 15 s, before a payer has typed a card's number.
export const PING_MS = 10_000;
const ANSWER_MS = 5_000;
const PING = '{"type":"ping"}';

interface Socket {
  readonly readyState: number;
  readonly OPEN: number;
  send(text: string): void;
}

/** @param giveUp what is done with a socket that does not answer */
export function createPulse(giveUp: () => void) {
  let socket: Socket | null = null;
  let silent: ReturnType<typeof setTimeout> | undefined;
  const pulse = {
    opened: (opened: unknown) => {
      socket = opened as Socket;
    },
    heard: () => clearTimeout(silent),
    /** Without a word in its time it is dead. */
    doubt: () => {
      pulse.heard();
      silent = setTimeout(giveUp, ANSWER_MS);
    },
    /** Asks at once. */
    ping: () => {
      if (socket?.readyState !== socket?.OPEN) return;
      socket?.send(PING);
      pulse.doubt();
    },
  };
  return pulse;
}
