// What every provider promises about its wire, kept by both adapters: refused keys, silence, no socket at all, and the
// news that comes the other way.
import { pause } from '../../src/kernel/clock';
import type { Provider, ProviderIntent } from '../../src/providers/provider';
import { createProviders } from '../../src/providers/registry';
import {
  answered,
  callerOf,
  newIntentId,
  openStandIn,
  providerAt,
  type StandIn,
  subjects,
} from './contract-subject';
import { createRequest, razorpayConfig, soon, startServer, stripeConfig } from './wire';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await openStandIn();
});
afterAll(() => standIn.close());

describe.each(subjects)('$name', ({ name, unknownId }) => {
  let provider: Provider;
  beforeAll(() => {
    provider = providerAt(name, standIn.url);
  });

  const play = (intent: ProviderIntent) =>
    standIn.simulator.play({
      provider: name,
      providerIntentId: intent.providerIntentId,
      outcome: 'succeed',
      delayMs: 0,
    });

  test('with keys that the provider refuses, a person must act', async () => {
    const stranger = providerAt(name, standIn.url, 'live');

    const outcomes = [
      await callerOf(stranger).create(newIntentId()),
      await stranger.getIntent(unknownId, soon),
      await stranger.cancelIntent(unknownId, { ...soon, idempotencyKey: 'x' }),
    ];

    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ kind: 'misconfigured' });
      expect(JSON.stringify(outcome)).not.toMatch(/live_contract/);
    }
  });

  test('a provider that does not answer leaves everything unknown', async () => {
    const silent = await startServer(() => 'hang');
    const unheard = providerAt(name, silent.url);
    const options = { timeoutMs: 200, idempotencyKey: 'x' };

    const outcomes = await Promise.all([
      unheard.createIntent(createRequest(), options),
      unheard.getIntent(unknownId, options),
      unheard.cancelIntent(unknownId, options),
    ]);
    await silent.close();

    for (const outcome of outcomes) expect(outcome).toEqual({ kind: 'unknown', reason: 'timeout' });
  });

  test('without a socket the same code says the same', async () => {
    const { handle } = standIn.simulator;
    const inProcess = createProviders({
      settings: { stripe: stripeConfig(''), razorpay: razorpayConfig('') },
      transports: { stripe: handle, razorpay: handle },
    }).get(name) as Provider;
    const intent = await callerOf(inProcess).created();
    await play(intent);

    expect(await answered(inProcess.getIntent(intent.providerIntentId, soon))).toEqual(
      await callerOf(provider).read(intent),
    );
  });

  test('its news is believed, and names the object that it is about', async () => {
    const intent = await callerOf(provider).created();
    const { providerEventIds } = await play(intent);
    const news = () => standIn.deliveries.filter(({ body }) => body.includes(intent.providerIntentId));
    while (news().length < providerEventIds.length) await pause(20);

    const events = news().map(({ body, headers }) =>
      provider.verifyWebhook(Buffer.from(body), headers, Date.now()),
    );

    expect(events.map((event) => event.providerEventId).sort()).toEqual([...providerEventIds].sort());
    for (const event of events)
      expect(event).toMatchObject({ subject: 'payment', providerIntentId: intent.providerIntentId });
    expect(events.map((event) => event.ourIntentId)).toContain(intent.ourIntentId);
  });
});
