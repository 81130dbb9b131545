// Serves generated answers, calls the adapters of both providers against them through their real SDKs, and says what came
// of it. Usage: node --expose-gc answers-child.js <answers> <seed>; it prints {"url"} first, then goes on serving.
const net = require('node:net');
const path = require('node:path');
const { Generator, SECRETS, rightAnswer } = require('./generated.js');
const dist = (name) => require(path.join(__dirname, '..', '..', 'dist', 'src', name));
const { createStripeProvider } = dist('providers/stripe/client');
const { createRazorpayProvider } = dist('providers/razorpay/client');

const [answers, seed] = process.argv.slice(2).map(Number);
const TIMEOUT_MS = 1_000;
const AT_ONCE = 8;
const KINDS = [
  'ok',
  'declined',
  'rejected',
  'conflict',
  'not_found',
  'misconfigured',
  'retryable',
  'unknown',
  // Of a line in a list, beside which the others stand.
  'unreadable',
];
const wire = new Generator(seed);
const served = { stripe: 0, razorpay: 0 };
const broken = [];
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const note = (what, error) => broken.push(`${what}: ${error?.stack ?? error}`);
process.on('unhandledRejection', (error) => note('unhandled rejection', error));
process.on('uncaughtException', (error) => note('uncaught exception', error));
// Stripe's notices go to the log as warnings; here they would be all there is to see.
process.removeAllListeners('warning');

// Read and written by hand: Node's server would refuse to say most of this.
const server = net.createServer((socket) => {
  let waiting = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    const end = waiting.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = waiting.subarray(0, end).toString('latin1');
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    if (waiting.length < end + 4 + length) return;
    const body = waiting.subarray(end + 4, end + 4 + length).toString('utf8');
    waiting = waiting.subarray(end + 4 + length);
    const provider = /^authorization: *bearer/im.test(head) ? 'stripe' : 'razorpay';
    served[provider]++;
    serve(socket, wire.answer(provider, rightAnswer(provider, head.split(' ')[1], body)));
  });
});

function serve(socket, answer) {
  if (answer.breakage === 'hang') return;
  if (answer.breakage === 'reset') return void socket.resetAndDestroy();
  if (answer.breakage === 'empty') return void socket.end();
  if (answer.breakage === 'garbage') return void socket.end('HTTP/1.1 2OO Fine\r\n\r\n\u0000\u0001');
  if (answer.breakage) {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"id":');
    if (answer.breakage === 'cut') return void setTimeout(() => socket.destroy(), 5);
    const drip = setInterval(() => socket.write(' '), 20);
    return void socket.on('close', () => clearInterval(drip));
  }
  const bytes = Buffer.from(answer.body);
  const isLong = answer.headers.some(([name]) => name === 'content-length');
  const lines = [...answer.headers, ...(isLong ? [] : [['content-length', bytes.length]])];
  const head = lines.map(([name, value]) => `${name}: ${String(value).replace(/[\r\n]/g, ' ')}\r\n`).join('');
  socket.write(
    Buffer.concat([Buffer.from(`HTTP/1.1 ${answer.status} Said\r\n${head}\r\n`, 'latin1'), bytes]),
  );
  // What is announced and never comes would hang until the time is up; breakages do that.
  if (isLong || answer.status === 204 || answer.status === 304) socket.end();
}

function providersAt(apiBase) {
  const stripe = {
    secretKey: 'sk_test_generated',
    publicKey: 'pk_test_generated',
    webhookSecrets: [SECRETS.stripe],
    apiBase,
  };
  const razorpay = {
    publicKey: 'rzp_test_generated',
    secretKey: 'secret',
    webhookSecrets: [SECRETS.razorpay],
    apiBase,
  };
  return { stripe: createStripeProvider(stripe), razorpay: createRazorpayProvider(razorpay) };
}

const options = { timeoutMs: TIMEOUT_MS, idempotencyKey: 'int_1:generated' };
const IDS = {
  stripe: {
    intent: 'pi_generated',
    payment: 'ch_generated',
    refund: 're_generated',
    dispute: 'dp_generated',
    payout: 'po_generated',
  },
  razorpay: {
    intent: 'order_generated',
    payment: 'pay_generated',
    refund: 'rfnd_generated',
    dispute: 'disp_generated',
    payout: 'setl_generated',
  },
};
const amount = { amountMinor: 2000n, currency: 'USD' };
const window = { from: 1_700_000_000, to: 1_700_003_600 };
const all = async (values) => {
  let last = { kind: 'ok', value: null };
  let count = 0;
  for await (const value of values) {
    last = value;
    if (++count > 500) break;
  }
  return last;
};
const CALLS = [
  (p) => p.createIntent({ ourIntentId: 'int_1', amount, description: 'x', metadata: {} }, options),
  (p, id) => p.getIntent(id.intent, options),
  (p, id) => p.cancelIntent(id.intent, options),
  (p) => p.findIntent({ ourIntentId: 'int_1', createdAfter: window.from, createdBefore: window.to }, options),
  (p, id) =>
    p.capturePayment({ providerIntentId: id.intent, providerPaymentId: id.payment, amount }, options),
  (p, id) =>
    p.createRefund(
      {
        providerIntentId: id.intent,
        providerPaymentId: id.payment,
        amount,
        ourRefundId: 'ref_1',
        reason: 'x',
      },
      options,
    ),
  (p, id) => p.getRefund(id.refund, id.payment, options),
  (p, id) => p.getDispute(id.dispute, options),
  (p, id) => p.getIntentIdOfPayment(id.payment, options),
  (p) => all(p.listSettlementEntries(window, options)),
  (p) => (p.listPayouts ? all(p.listPayouts(window, options)) : p.getIntentIdOfPayment('pay_1', options)),
  (p, id) => all(p.listPayoutEntries(id.payout, options)),
];

function judge(name, outcome, tookMs) {
  if (!KINDS.includes(outcome?.kind)) note(name, new Error(`No outcome: ${JSON.stringify(outcome)}`));
  for (const word of ['message', 'code', 'reason'])
    if (outcome && word in outcome && typeof outcome[word] !== 'string')
      note(name, new Error(`${word} is no text`));
  // Lists have the time of a call for each page.
  if (tookMs > 30 * TIMEOUT_MS) note(name, new Error(`took ${tookMs} ms`));
}

async function main() {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  tell({ url });
  const providers = providersAt(url);
  const kinds = {};
  const heap = [];
  let nth = 0;
  let marks = 0;
  const lane = async () => {
    while (served.stripe + served.razorpay < answers) {
      const provider = nth % 2 === 0 ? 'stripe' : 'razorpay';
      const call = CALLS[Math.floor(nth++ / 2) % CALLS.length];
      const startedMs = performance.now();
      const outcome = await call(providers[provider], IDS[provider]).catch((error) => {
        note(`${provider} ${call}`, error);
        return { kind: 'unknown' };
      });
      judge(`${provider} ${call}`, outcome, performance.now() - startedMs);
      kinds[outcome.kind] = (kinds[outcome.kind] ?? 0) + 1;
      const done = (served.stripe + served.razorpay) / answers;
      if (done > (marks + 1) / 10) {
        marks++;
        global.gc();
        heap.push(Math.round(process.memoryUsage().heapUsed / 100_000) / 10);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  tell({ served, calls: nth, kinds, heapMb: heap, broken: broken.slice(0, 10), brokenCount: broken.length });
}

main().catch((error) => {
  tell({ failed: String(error?.stack ?? error) });
  process.exit(1);
});
