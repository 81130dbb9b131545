// One request, over real sockets.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { type AddressRules, addressRules, isPublicAddress } from '../../src/deliveries/address';
import { createPost, type Lookup, type PostRequest } from '../../src/deliveries/post';
import { closeReceivers, startReceiver } from './receiver';

afterEach(closeReceivers);

/** As outside mock mode, but for the port and the missing TLS: the receiver of a test has neither. */
const strict: AddressRules = { protocols: ['http:'], ports: null, allows: isPublicAddress };
const post = createPost(addressRules('mock'));

const requestTo = (url: string, changes: Partial<PostRequest> = {}): PostRequest => ({
  url,
  headers: { 'content-type': 'application/json' },
  body: '{"text":"€"}',
  // Longer than any machine takes: who waits for a time limit says his own.
  timeoutMs: 60_000,
  signal: new AbortController().signal,
  ...changes,
});

/** Answers each question with the next address. */
const answering = (...addresses: string[][]): { lookup: Lookup; asked: string[] } => {
  const asked: string[] = [];
  const lookup: Lookup = (hostname, _options, callback) => {
    const next = addresses[Math.min(asked.length, addresses.length - 1)] ?? [];
    asked.push(hostname);
    callback(
      null,
      next.map((address) => ({ address, family: net.isIP(address) })),
    );
  };
  return { lookup, asked };
};

const NOT_PUBLIC = { status: null, error: 'the address is not a public one', retryAfterSeconds: null };

describe('The receiver', () => {
  it('gets the exact bytes', async () => {
    const receiver = await startReceiver();

    expect(await post(requestTo(receiver.url))).toEqual({
      status: 200,
      error: null,
      retryAfterSeconds: null,
    });

    expect(receiver.got).toMatchObject([
      { body: '{"text":"€"}', headers: { 'content-length': '14', 'content-type': 'application/json' } },
    ]);
  });

  it.each([200, 201, 202, 204, 299])('has it when it answers %i', async (status) => {
    const receiver = await startReceiver();
    receiver.answer(status);
    expect(await post(requestTo(receiver.url))).toMatchObject({ status, error: null });
  });

  it.each([400, 401, 404, 410, 429, 500, 503])('does not have it when it answers %i', async (status) => {
    const receiver = await startReceiver();
    receiver.answer(status);
    expect(await post(requestTo(receiver.url))).toMatchObject({ status, error: `HTTP ${status}` });
  });

  it.each([301, 302, 303, 307, 308])('is not left for another one when it answers %i', async (status) => {
    const other = await startReceiver();
    const receiver = await startReceiver();
    receiver.answer({ status, headers: { location: other.url } });

    const result = await post(requestTo(receiver.url));

    expect(result).toMatchObject({ status, error: `HTTP ${status}: redirects are not followed` });
    expect(other.got).toEqual([]);
  });

  it('says when to come again, in seconds or as a date', async () => {
    const receiver = await startReceiver();
    const asked = async (value: string) => {
      receiver.answer({ status: 503, headers: { 'retry-after': value } });
      return (await post(requestTo(receiver.url))).retryAfterSeconds;
    };

    expect(await asked('120')).toBe(120);
    const beforeMs = Date.now();
    // To the second, as the header has it.
    const untilMs = Math.ceil(beforeMs / 1_000) * 1_000 + 3_600_000;
    const inAnHour = await asked(new Date(untilMs).toUTCString());
    expect(inAnHour).toBeGreaterThanOrEqual(Math.floor((untilMs - Date.now()) / 1_000));
    expect(inAnHour).toBeLessThanOrEqual(Math.ceil((untilMs - beforeMs) / 1_000));
    expect(await asked('Mon, 01 Jan 2001 00:00:00 GMT')).toBe(0);
    expect(await asked('soon')).toBeNull();
    expect(await asked('-5')).not.toBeGreaterThan(0);
  });

  it('may be long in answering, but not too long', async () => {
    const receiver = await startReceiver();
    receiver.answer('hang');

    // Of two that wait for the same answer each ends by its own time.
    const patient = post(requestTo(receiver.url, { timeoutMs: 3_000 }));
    const result = await Promise.race([patient, post(requestTo(receiver.url, { timeoutMs: 300 }))]);

    expect(result).toEqual({ status: null, error: 'no answer within 300 ms', retryAfterSeconds: null });
    expect(await patient).toMatchObject({ error: 'no answer within 3000 ms' });
  });

  it('may answer with a gigabyte: it is cut off, and its status counts', async () => {
    let sent = 0;
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n');
        const more = () => {
          while (!socket.destroyed && socket.write(Buffer.alloc(65_536))) sent += 65_536;
        };
        socket.on('drain', more);
        more();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;

    const result = await post(requestTo(`http://127.0.0.1:${port}/`));
    server.close();

    expect(result).toMatchObject({ status: 200, error: null });
    expect(sent).toBeLessThan(50_000_000);
  });

  it('may drip its answer: the time ends it, and its status counts', async () => {
    let hasBegun = false;
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n', () => (hasBegun = true));
        const drip = setInterval(() => socket.write('x'), 20);
        socket.once('close', () => clearInterval(drip));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;

    // Where a busy machine had not begun to answer by then, there is longer to wait.
    let result = await post(requestTo(`http://127.0.0.1:${port}/`, { timeoutMs: 1_000 }));
    for (let timeoutMs = 5_000; result.status === null && timeoutMs < 60_000; timeoutMs *= 2)
      result = await post(requestTo(`http://127.0.0.1:${port}/`, { timeoutMs }));
    server.close();
    expect(hasBegun).toBe(true);

    expect(result).toMatchObject({ status: 200, error: null });
  });

  it.each([
    ['hangs up', (socket: net.Socket) => socket.destroy()],
    ['speaks something else', (socket: net.Socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
    [
      'changes the protocol',
      (socket: net.Socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    ],
    [
      'sends headers without end',
      (socket: net.Socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(10_000)}`),
    ],
  ])('that %s is a failure and no more', async (_, behave) => {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => behave(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;

    const result = await post(requestTo(`http://127.0.0.1:${port}/`, { timeoutMs: 2_000 }));
    server.close();

    expect(result.error).toEqual(expect.any(String));
  });

  it('that is not there is a failure that says so', async () => {
    const receiver = await startReceiver();
    await receiver.close();

    expect(await post(requestTo(receiver.url))).toMatchObject({ status: null, error: 'ECONNREFUSED' });
    expect(await post(requestTo('http://nowhere.invalid/'))).toMatchObject({
      status: null,
      error: expect.any(String),
    });
  });

  it('is let go of when the gateway stops', async () => {
    const receiver = await startReceiver();
    receiver.answer('hang');
    const stopping = new AbortController();

    const sending = post(requestTo(receiver.url, { signal: stopping.signal }));
    await receiver.until((got) => got.length === 1);
    stopping.abort();

    expect(await sending).toMatchObject({ status: null, error: 'the gateway is stopping' });
    expect(await post(requestTo(receiver.url, { signal: stopping.signal }))).toMatchObject({ status: null });
    expect(receiver.got).toHaveLength(1);
  });
});

describe('An address that is not public', () => {
  it.each([
    'http://127.0.0.1',
    'http://2130706433',
    'http://0x7f.1',
    'http://017700000001',
    'http://[::ffff:127.0.0.1]',
    'http://127.1',
  ])('gets nothing when it is spelt %s', async (host) => {
    const receiver = await startReceiver();

    const result = await createPost(strict)(requestTo(`${host}:${receiver.port}/`));

    expect(result).toEqual(NOT_PUBLIC);
    expect(receiver.got).toEqual([]);
  });

  it.each([
    [['127.0.0.1']],
    [['10.1.2.3']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['64:ff9b::7f00:1']],
    [['8.8.8.8', '127.0.0.1']],
    [['127.0.0.1', '8.8.8.8']],
  ])('gets nothing when a name means %j', async (addresses) => {
    const receiver = await startReceiver();
    const { lookup, asked } = answering(addresses);

    const result = await createPost(strict, lookup)(requestTo(`http://rebind.example:${receiver.port}/`));

    expect(result).toEqual(NOT_PUBLIC);
    expect(asked).toEqual(['rebind.example']);
    expect(receiver.got).toEqual([]);
  });

  it('gets nothing when a name changes its mind between two attempts', async () => {
    const receiver = await startReceiver();
    const { lookup, asked } = answering(['127.0.0.2'], ['127.0.0.1']);
    // The first answer stands for a public address, where nobody listens.
    const send = createPost({ ...strict, allows: (address) => address === '127.0.0.2' }, lookup);
    const request = requestTo(`http://rebind.example:${receiver.port}/`);

    expect(await send(request)).not.toEqual(NOT_PUBLIC);
    expect(await send(request)).toEqual(NOT_PUBLIC);

    expect(asked).toEqual(['rebind.example', 'rebind.example']);
    expect(receiver.got).toEqual([]);
  });

  it('is the one that a name means here: localhost', async () => {
    const receiver = await startReceiver();

    const result = await createPost(strict)(requestTo(`http://localhost:${receiver.port}/`));

    expect(result).toEqual(NOT_PUBLIC);
    expect(receiver.got).toEqual([]);
  });
});

test('a name that is allowed is reached at the address that was judged', async () => {
  const receiver = await startReceiver();
  const { lookup } = answering(['127.0.0.1']);

  const result = await createPost(
    addressRules('mock'),
    lookup,
  )(requestTo(`http://shop.example:${receiver.port}/`));

  expect(result).toMatchObject({ status: 200, error: null });
  expect(receiver.got[0]?.headers.host).toBe(`shop.example:${receiver.port}`);
});

test('a name whose servers do not answer is asked for once, however many wait, and holds up no other', async () => {
  const receiver = await startReceiver();
  const asked: string[] = [];
  const lookup: Lookup = (hostname, _options, callback) => {
    asked.push(hostname);
    if (hostname === 'shop.example') callback(null, [{ address: '127.0.0.1', family: 4 }]);
  };
  const send = createPost(addressRules('mock'), lookup);
  const stuck = Array.from({ length: 20 }, () =>
    send(requestTo('http://stuck.example/', { timeoutMs: 500 })),
  );

  expect(await send(requestTo(`http://shop.example:${receiver.port}/`))).toMatchObject({ status: 200 });

  for (const result of await Promise.all(stuck)) expect(result.error).toBe('no answer within 500 ms');
  expect(asked).toEqual(['stuck.example', 'shop.example']);
});

test('a proxy in the environment is not asked', async () => {
  const receiver = await startReceiver();
  const proxy = await startReceiver();
  const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
  for (const name of names) process.env[name] = proxy.url;

  const result = await post(requestTo(receiver.url));
  for (const name of names) delete process.env[name];

  expect(result.error).toBeNull();
  expect(receiver.got).toHaveLength(1);
  expect(proxy.got).toEqual([]);
});

test('a certificate that nobody vouches for is refused before anything is said', async () => {
  const file = (name: string) => fs.readFileSync(path.join(__dirname, 'tls', name), 'utf8');
  const receiver = await startReceiver({ key: file('key.pem'), cert: file('cert.pem') });

  const result = await post(requestTo(receiver.url));

  expect(result).toMatchObject({ status: null, error: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  expect(receiver.got).toEqual([]);
});
