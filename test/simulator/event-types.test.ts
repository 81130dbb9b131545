// The stand-in knows nothing of the gateway and names by itself which events an endpoint gets; the gateway asks a real
// provider for its own list. Both must name the same, or mock mode plays what no gateway would be sent.
import { ASKED_FOR } from '../../packages/simulator/src/endpoint';
import { PROVIDERS } from '../../packages/simulator/src/providers';
import { DESCRIPTORS, PROVIDER_NAMES } from '../../src/providers/descriptors';

test('the stand-in has every provider of the gateway, and no other', () => {
  expect(Object.keys(ASKED_FOR).sort()).toEqual([...PROVIDER_NAMES].sort());
});

describe.each([...PROVIDER_NAMES])('The webhook events of %s', (name) => {
  const { webhookEvents } = DESCRIPTORS[name];

  it('that the stand-in sends a gateway are those that the gateway asks the provider for', () => {
    expect([...ASKED_FOR[name]].sort()).toEqual([...webhookEvents].sort());
  });

  it('are named once each, and each is one of which the stand-in has news', () => {
    expect(new Set(webhookEvents).size).toBe(webhookEvents.length);
    expect(PROVIDERS[name].webhooks.types).toEqual(expect.arrayContaining([...webhookEvents]));
  });
});
