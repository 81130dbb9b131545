// Webhook events arrive whatever happens to the processes and the receiver: twice perhaps, never not at all.
import type { Outcome, Simulator } from '../../packages/simulator/src/simulator';
import { type Mail, Stand, until } from './stand';

let stand: Stand;
beforeEach(async () => {
  stand = await Stand.open();
});
afterEach(() => stand.close());

async function stripeIntent(simulator: Simulator): Promise<string> {
  const { body } = await simulator.handle({
    method: 'POST',
    path: '/v1/payment_intents',
    headers: { authorization: 'Bearer sk_test_mock' },
    body: 'amount=2000&currency=usd',
  });
  return JSON.parse(body).id;
}

async function razorpayOrder(simulator: Simulator): Promise<string> {
  const { body } = await simulator.handle({
    method: 'POST',
    path: '/v1/orders',
    headers: { authorization: `Basic ${Buffer.from('rzp_test_mock:secret').toString('base64')}` },
    body: JSON.stringify({ amount: 5000 }),
  });
  return JSON.parse(body).id;
}

const made = { stripe: stripeIntent, razorpay: razorpayOrder };
const EVENTS = { stripe: 2, razorpay: 3 };
const play = (
  simulator: Simulator,
  provider: 'stripe' | 'razorpay',
  id: string,
  outcome: Outcome,
  delayMs = 0,
) => simulator.play({ provider, providerIntentId: id, outcome, delayMs });

function byEvent(mail: readonly Mail[]): Map<string, Mail[]> {
  const groups = new Map<string, Mail[]>();
  for (const one of mail) groups.set(one.id, [...(groups.get(one.id) ?? []), one]);
  return groups;
}
const states = async () =>
  (await stand.pool.query<{ state: string }>('select state from simulator.events')).rows.map(
    ({ state }) => state,
  );

describe.each(['stripe', 'razorpay'] as const)('webhook events of the simulated %s', (provider) => {
  it('are not lost by a crash between the payment and the delivery', async () => {
    const crashed = stand.process();
    const id = await made[provider](crashed);
    const played = await play(crashed, provider, id, 'succeed');
    expect(stand.mailbox.mail).toEqual([]);

    stand.process().start();
    const mail = await stand.mailbox.wait(EVENTS[provider]);

    expect(mail.map((one) => one.id).sort()).toEqual([...played.providerEventIds].sort());
  });

  it('come also when the process that began a payment did not live to end it', async () => {
    const crashed = stand.process();
    const id = await made[provider](crashed);
    const played = await play(crashed, provider, id, 'processing_then_succeed');

    stand.process().start();
    const mail = await stand.mailbox.wait(3);

    expect(mail.map((one) => one.id).sort()).toEqual([...played.providerEventIds].sort());
  });

  it('are delivered once each by two processes that work side by side', async () => {
    const processes = [stand.process(), stand.process()];
    for (const one of processes) one.start();
    const listed: string[] = [];
    await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const simulator = processes[n % 2] as Simulator;
        const id = await made[provider](simulator);
        const outcome = n % 3 === 0 ? 'processing_then_succeed' : 'succeed';
        listed.push(...(await play(simulator, provider, id, outcome)).providerEventIds);
      }),
    );

    await stand.mailbox.wait(listed.length);
    await Promise.all(processes.map((one) => one.stop()));

    expect(stand.mailbox.mail.map(({ id }) => id).sort()).toEqual(listed.sort());
    expect((await states()).every((state) => state === 'delivered')).toBe(true);
    expect(stand.faults).toEqual([]);
  });

  it('come once though two processes have found the same payment due', async () => {
    const slow = stand.process();
    const id = await made[provider](slow);
    const played = await play(slow, provider, id, 'decline', 1);
    const held = stand.holdAfter(slow, 'simulator_due_steps');

    slow.start();
    await held.reached;
    const quick = stand.process();
    quick.start();
    await stand.mailbox.wait(1);
    held.release();
    await Promise.all([slow.stop(), quick.stop()]);

    expect(stand.mailbox.mail.map((mail) => mail.id)).toEqual(played.providerEventIds);
    const { rows } = await stand.pool.query('select version from simulator.objects where id = $1', [id]);
    expect(rows).toEqual([{ version: 3 }]);
    expect(stand.faults).toEqual([]);
  });

  it('are sent three times with the same bytes when duplicates are asked for', async () => {
    const simulator = stand.process();
    simulator.start();
    const played = await play(simulator, provider, await made[provider](simulator), 'duplicate_webhook');

    await stand.mailbox.wait(3 * EVENTS[provider]);
    await simulator.stop();

    const groups = byEvent(stand.mailbox.mail);
    expect([...groups.keys()].sort()).toEqual([...played.providerEventIds].sort());
    for (const copies of groups.values()) {
      expect(copies).toHaveLength(3);
      expect(new Set(copies.map(({ body }) => body)).size).toBe(1);
    }
  });

  it('with a bad signature are refused first and come again with a good one', async () => {
    const simulator = stand.process();
    simulator.start();
    const id = await made[provider](simulator);

    const played = await play(simulator, provider, id, 'bad_signature', 1_200);
    await stand.mailbox.wait(EVENTS[provider]);
    await simulator.stop();

    expect(played).toEqual({ providerEventIds: [], comesLater: true });
    for (const tries of byEvent(stand.mailbox.mail).values()) {
      expect(tries.map(({ status }) => status)).toEqual([400, 200]);
      expect(tries[0]?.body).toBe(tries[1]?.body);
      expect((tries[1]?.atMs ?? 0) - (tries[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(1_190);
    }
    await expect(play(simulator, provider, id, 'succeed')).rejects.toThrow(/cannot be paid/);
  });

  it('are sent again, the same bytes, until the receiver accepts them', async () => {
    const simulator = stand.process();
    const seen = new Map<string, number>();
    stand.mailbox.answer = ({ id }) => {
      const times = (seen.get(id) ?? 0) + 1;
      seen.set(id, times);
      return times <= 2 ? ([500, 302][times - 1] ?? 500) : 200;
    };
    simulator.start();

    await play(simulator, provider, await made[provider](simulator), 'succeed');
    await stand.mailbox.wait(EVENTS[provider]);
    await simulator.stop();

    for (const tries of byEvent(stand.mailbox.mail).values()) {
      expect(tries.map(({ status }) => status)).toEqual([500, 302, 200]);
      expect(new Set(tries.map(({ body }) => body)).size).toBe(1);
      // 0.5 s, then 1.5 s.
      const [first, second, third] = tries.map(({ atMs }) => atMs) as [number, number, number];
      expect(second - first).toBeGreaterThanOrEqual(490);
      expect(third - second).toBeGreaterThanOrEqual(1490);
    }
    expect((await states()).every((state) => state === 'delivered')).toBe(true);
  });
});

describe('a webhook event', () => {
  const age = (attempts: number) =>
    stand.pool.query('update simulator.events set attempts = $1, due_at = clock_timestamp()', [attempts]);

  it('is signed anew by Stripe for each delivery, with the time of that delivery', async () => {
    const simulator = stand.process();
    stand.mailbox.answer = () => (stand.mailbox.mail.length < 2 ? 500 : 200);
    simulator.start();
    await play(simulator, 'stripe', await stripeIntent(simulator), 'decline');
    await stand.mailbox.wait(1);
    await simulator.stop();

    const times = stand.mailbox.mail.map(({ headers }) =>
      Number(/^t=(\d+),v1=[0-9a-f]{64}$/.exec(headers['stripe-signature'] ?? '')?.[1]),
    );
    expect(stand.mailbox.mail.map(({ status }) => status)).toEqual([500, 500, 200]);
    // To the second, and as long as it was on its way.
    for (const [at, time] of times.entries())
      expect(Math.abs(time * 1000 - (stand.mailbox.mail[at]?.atMs ?? 0))).toBeLessThan(6_000);
    expect(times[2]).toBeGreaterThan(times[0] as number);
  });

  it('is given up after the eighth refusal', async () => {
    const simulator = stand.process();
    stand.mailbox.answer = () => 500;
    await play(simulator, 'stripe', await stripeIntent(simulator), 'decline');
    await age(6);

    simulator.start();
    await until(() => stand.mailbox.mail.length === 1, 'the seventh try');
    await until(async () => !(await states()).includes('abandoned') && (await dueIn()) > 60, 'a long wait');
    await age(7);
    await until(async () => (await states()).includes('abandoned'), 'the end');
    await age(8);
    await simulator.stop();

    expect(stand.mailbox.mail).toHaveLength(2);
  });

  async function dueIn(): Promise<number> {
    const { rows } = await stand.pool.query<{ seconds: number }>(
      'select extract(epoch from due_at - clock_timestamp())::float8 as seconds from simulator.events',
    );
    return rows[0]?.seconds ?? 0;
  }

  it('is taken over when its sender dies in the middle, and the dead one cannot undo that', async () => {
    let answerLate: (answer: { status: number }) => void = () => {};
    let claimed = false;
    const dying = stand.process(() => {
      claimed = true;
      return new Promise((resolve) => {
        answerLate = resolve;
      });
    });
    dying.start();
    await play(dying, 'stripe', await stripeIntent(dying), 'decline');
    await until(() => claimed, 'the first delivery');
    expect(await dueIn()).toBeGreaterThan(10);

    // The lease runs out.
    await stand.pool.query('update simulator.events set due_at = clock_timestamp()');
    const healthy = stand.process();
    healthy.start();
    await stand.mailbox.wait(1);
    await until(async () => (await states())[0] === 'delivered', 'the delivery to be written down');
    answerLate({ status: 500 });
    await dying.stop();

    expect(await states()).toEqual(['delivered']);
    expect(stand.mailbox.mail).toHaveLength(1);
  });

  it('is sent at once, not when the next look around is due', async () => {
    const simulator = stand.process();
    simulator.start();
    const id = await stripeIntent(simulator);

    const start = Date.now();
    for (let n = 1; n <= 10; n++) {
      await play(simulator, 'stripe', id, 'decline');
      await stand.mailbox.wait(n);
    }

    // Looking around every 200 ms would take two seconds.
    expect(Date.now() - start).toBeLessThan(1_500);
  });

  it('is sent by the process that wrote it without being read back', async () => {
    const simulator = stand.process();
    simulator.start();
    const id = await stripeIntent(simulator);
    await stand.pool.query('alter function simulator.claim_events(int, int) rename to claim_events_away');

    await play(simulator, 'stripe', id, 'succeed');
    await stand.mailbox.wait(2);
    await until(async () => !(await states()).includes('due'), 'the deliveries to be written down');
    await stand.pool.query('alter function simulator.claim_events_away(int, int) rename to claim_events');
    await simulator.stop();

    expect((await states()).every((state) => state === 'delivered')).toBe(true);
    expect(stand.mailbox.mail).toHaveLength(2);
  });

  it('survives a receiver that throws', async () => {
    const simulator = stand.process();
    stand.mailbox.answer = () => {
      if (stand.mailbox.mail.length === 0 && !threw) {
        threw = true;
        throw new Error('The receiver is out of order');
      }
      return 200;
    };
    let threw = false;
    simulator.start();

    await play(simulator, 'stripe', await stripeIntent(simulator), 'decline');
    await stand.mailbox.wait(1);

    expect(threw).toBe(true);
    expect(stand.faults).toEqual([]);
  });

  it('comes although the database dropped every connection in between', async () => {
    const simulator = stand.process();
    simulator.start();
    const id = await stripeIntent(simulator);
    await stand.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'a process' and datname = current_database()",
    );

    await until(async () => {
      try {
        await play(simulator, 'stripe', id, 'decline');
        return true;
      } catch {
        return false;
      }
    }, 'a connection');
    await stand.mailbox.wait(1);

    expect(stand.faults.length).toBeGreaterThan(0);
  });

  it('is sent by nobody before start and after stop', async () => {
    const simulator = stand.process();
    const id = await stripeIntent(simulator);
    await play(simulator, 'stripe', id, 'decline');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(stand.mailbox.mail).toEqual([]);

    simulator.start();
    await stand.mailbox.wait(1);
    await simulator.stop();
    await play(simulator, 'stripe', id, 'decline');
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(stand.mailbox.mail).toHaveLength(1);
  });
});

describe("the provider's clock", () => {
  it('stands in the database: moved once, it brings what is due later and dates what is made', async () => {
    const [one, other] = [stand.process(), stand.process()];
    const id = await stripeIntent(one);
    one.start();
    await play(one, 'stripe', id, 'late_success', 60_000);
    await stand.mailbox.wait(1);

    await stand.pool.query('update simulator.clock set offset_ms = 3600000');
    await stand.mailbox.wait(3);

    const { body } = await other.handle({
      method: 'POST',
      path: '/v1/payment_intents',
      headers: { authorization: 'Bearer sk_test_mock' },
      body: 'amount=2000&currency=usd',
    });
    expect(JSON.parse(body).created - Date.now() / 1000).toBeGreaterThan(3_590);
    expect(stand.mailbox.accepted.map(({ type }) => type)).toContain('payment_intent.succeeded');
  });
});
