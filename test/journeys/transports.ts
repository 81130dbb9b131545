// One operation over each of the three transports, told in the same words: what status or close code came, and which
// answers before it. Nothing of the gateway's own code, and no client library that would mend what is broken.
import net from 'node:net';
import WebSocket from 'ws';

export interface Told {
  /** HTTP status, or the close code of a socket; 1000 where we closed it. */
  readonly status: number;
  /** Of HTTP: the body. Of a stream: each event. Of a socket: the payload of each next or error. */
  readonly answers: readonly any[];
}

export interface Asked {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

export type Transport = (url: string, token: string | null, asked: Asked) => Promise<Told>;

const bearer = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };

/** A POST with any body; an object is sent as JSON. */
export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

export const overHttp: Transport = async (url, token, asked) => {
  const { status, text } = await post(`${url}/graphql`, asked, bearer(token));
  return { status, answers: [JSON.parse(text)] };
};

/** Reads a stream to its end, or its first event when it has none. */
export const overEvents: Transport = async (url, token, asked) => {
  const controller = new AbortController();
  const response = await fetch(`${url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...bearer(token) },
    body: JSON.stringify(asked),
    signal: controller.signal,
  });
  const { status } = response;
  if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
    return { status, answers: [await response.json()] };
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (/event: next\ndata: .*\n\n/.test(text)) break;
  }
  controller.abort();
  return {
    status,
    answers: [...text.matchAll(/event: next\ndata: (.*)\n\n/g)].map(([, data]) => JSON.parse(data ?? '')),
  };
};

export const overSocket: Transport = (url, token, asked) =>
  converse(url, [
    { type: 'connection_init', payload: bearer(token) },
    { id: '1', type: 'subscribe', payload: asked },
  ]);

/** Says each message once the one before was answered, and closes after the first answer to the last. */
export function converse(url: string, messages: readonly unknown[]): Promise<Told> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const waiting = [...messages];
    const answers: unknown[] = [];
    const say = () => {
      const message = waiting.shift();
      socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    };
    socket.on('open', say);
    socket.on('message', (data) => {
      const { payload } = JSON.parse(String(data));
      if (payload) answers.push(payload);
      if (waiting.length > 0) say();
      else socket.close(1000);
    });
    socket.on('error', reject);
    socket.on('close', (status) => resolve({ status, answers }));
  });
}

/** Sends bytes as they are. @returns what came back before the connection ended, by us after `resetAfterMs` if given. */
export function sendRaw(url: string, text: string, resetAfterMs?: number): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let came = '';
    const socket = net.connect(Number(port), hostname, () => {
      socket.write(text);
      if (resetAfterMs !== undefined) setTimeout(() => socket.resetAndDestroy(), resetAfterMs);
    });
    socket.on('data', (chunk) => {
      came += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(came));
  });
}
