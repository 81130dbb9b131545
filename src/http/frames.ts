// Tells a stream's events on its socket directly. An answer that many are given is one frame of RFC 6455, made once for all whose
// subscription has the same id, and written by one call of the system; by the protocol's library it would be a message, a header
// and half a dozen promises for each of them. What names the request that it answers goes the library's way.
import type { Socket } from 'node:net';
import type { ExecutionResult } from 'graphql';
import WebSocket from 'ws';

type Stream = AsyncGenerator<ExecutionResult, void, void>;

/** Where a subscription is heard. */
export interface Place {
  readonly socket: WebSocket;
  /** Of TCP: what the frames are written to, behind those of the library. */
  readonly wire: Socket;
  /** As its client called it. */
  readonly id: string;
}

/**
 * The same stream, of which only that comes out which has not been told.
 * @param textOf the JSON of an answer that is told as it is; null for one that comes out
 */
export function toldDirectly(
  stream: Stream,
  place: Place,
  textOf: (result: ExecutionResult) => string | null,
): Stream {
  let isOver = false;
  return {
    ...stream,
    next: async () => {
      for (;;) {
        const next = await stream.next();
        if (isOver || next.done) return { done: true, value: undefined };
        const text = textOf(next.value);
        if (text === null) return next;
        const waits = tell(place, frameOf(next.value, place.id, text));
        // Nobody is told faster than he reads.
        if (waits) await waits;
      }
    },
    return: () => {
      isOver = true;
      return stream.return();
    },
    throw: (error) => stream.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Null when it was handed to the system at once, as it mostly is; else resolves when it was, or the socket is gone. */
function tell({ socket, wire }: Place, frame: Buffer): Promise<void> | null {
  // What is closing is told nothing; its stream ends when it is closed.
  if (socket.readyState !== socket.OPEN) return null;
  wire.write(frame);
  return wire.writableLength === 0 ? null : new Promise((resolve) => wire.write('', () => resolve()));
}

const frames = new WeakMap<ExecutionResult, { readonly id: string; readonly frame: Buffer }>();

/** Programs number their subscriptions, so that many have the same id; of others each has its own frame. */
function frameOf(result: ExecutionResult, id: string, text: string): Buffer {
  const made = frames.get(result);
  if (made?.id === id) return made.frame;
  const frame = framed(`{"id":${JSON.stringify(id)},"type":"next","payload":${text}}`);
  frames.set(result, { id, frame });
  return frame;
}

interface Framing {
  frame(data: Buffer, options: object): Buffer[];
}

const { Sender } = WebSocket as unknown as { readonly Sender: Framing };
// RFC 6455, 5.2: a text that is whole, as a server sends it.
const WHOLE_TEXT = { fin: true, opcode: 1, mask: false, readOnly: true, rsv1: false };

const framed = (message: string): Buffer => Buffer.concat(Sender.frame(Buffer.from(message), WHOLE_TEXT));
