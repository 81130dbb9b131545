// A balance that is watched, as a good team would write it over raw WebSockets: a change is one update of a wallet, and its new balance
// is put into JSON once and sent to each of the user's sockets.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { type WebSocket, WebSocketServer } from 'ws';
import { listening, userOf } from './listen';

const CHANGE = {
  name: 'change',
  text: `update peer.wallets set balance = balance - 1 where user_id = $1 returning balance::float8 as credits`,
};

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL ?? '', max: 10 });
const watchers = new Map<string, Set<WebSocket>>();

async function change(userId: string): Promise<string> {
  const { rows } = await pool.query({ ...CHANGE, values: [userId] });
  const text = JSON.stringify({ type: 'balance', credits: rows[0].credits, at: new Date().toISOString() });
  for (const socket of watchers.get(userId) ?? []) socket.send(text);
  return text;
}

const server = http.createServer((request, response) => {
  request.resume();
  request.once('end', async () => {
    try {
      const text = await change(await userOf(request.headers.authorization));
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      response.writeHead(200, headers).end(text);
    } catch (error) {
      const text = String(error);
      response.writeHead(500, { 'content-length': Buffer.byteLength(text) }).end(text);
    }
  });
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.once('message', async (token) => {
    const userId = await userOf(String(token)).catch(() => null);
    if (userId === null) return socket.close();
    const others = watchers.get(userId) ?? new Set();
    watchers.set(userId, others.add(socket));
    socket.once('close', () => others.delete(socket));
    socket.send('{"type":"watching"}');
  });
});
server.listen(0, '127.0.0.1', () => listening(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
