import { providerWords } from '../../src/kernel/provider-words';

it.each([
  ['Invalid API Key provided: sk_live_abc123', 'Invalid API Key provided: [removed]'],
  [
    "The provided key 'rk_test_***************abcd' does not have the permission 'rak_charge_read'",
    "The provided key '[removed]' does not have the permission 'rak_charge_read'",
  ],
  ['Authentication failed for rzp_live_AbC123', 'Authentication failed for [removed]'],
  ['No such intent: pi_1_secret_abc', 'No such intent: [removed]'],
  ['The payer jane.doe@example.com was refused', 'The payer [removed] was refused'],
  ['VPA jane@okbank is not valid', 'VPA [removed] is not valid'],
  ['Call +91 98765 43210 about card 4242-4242-4242-4242', 'Call [removed] about card [removed]'],
  ['The total refund amount is greater than 5000', 'The total refund amount is greater than 5000'],
])('a log keeps the reason of %j and nothing that names a payer or opens a door', (said, kept) => {
  expect(providerWords(said)).toBe(kept);
});

it('a log keeps no novel', () => {
  expect(providerWords('x'.repeat(10_000))).toHaveLength(300);
});
