// What the log hears of tokens that were refused, however many somebody sends.
import { errors } from 'jose';
import { createRefusals, type TokenRefused, TokenUnfit } from '../../src/callers/refusals';

const tokenOf = (iss: unknown) =>
  `${Buffer.from('{}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss })).toString('base64url')}.s`;

function stand() {
  const told: TokenRefused[] = [];
  const clock = { nowMs: 0 };
  return {
    told,
    clock,
    refused: createRefusals(
      (line) => told.push(line),
      () => clock.nowMs,
    ),
  };
}

it('tells each kind once in ten seconds, and then how many more there were', () => {
  const { told, clock, refused } = stand();
  const over = new errors.JWTExpired('x', { exp: 1 });
  for (let nth = 0; nth < 5; nth++) refused(tokenOf('https://a'), over);
  refused(tokenOf('https://b'), over);
  clock.nowMs = 10_000;
  refused(tokenOf('https://a'), over);

  expect(told).toEqual([
    { reason: 'it is over (exp)', issuer: 'https://a', more: 0 },
    { reason: 'it is over (exp)', issuer: 'https://b', more: 4 },
    { reason: 'it is over (exp)', issuer: 'https://a', more: 0 },
  ]);
});

it('is not filled by somebody who invents an issuer for each token', () => {
  const { told, clock, refused } = stand();
  for (let nth = 0; nth < 10_000; nth++)
    refused(tokenOf(`https://${nth}`), new TokenUnfit('it is not an access token'));
  expect(told).toHaveLength(20);
  clock.nowMs = 10_000;
  refused(tokenOf('https://a'), new TokenUnfit('it is not an access token'));
  expect(told.at(-1)).toMatchObject({ more: 9_980 });
});

it('has nothing of a token in it but its issuer, and not more of that than a line holds', () => {
  const { told, refused } = stand();
  refused('secret', new Error('secret'));
  refused(tokenOf('x'.repeat(5_000)), new errors.JWTClaimValidationFailed('m', {}, 'aud'));
  refused(tokenOf({ secret: 1 }), new errors.JWSSignatureVerificationFailed());
  expect(told).toEqual([
    { reason: 'it is not a signed token (JWT)', issuer: null, more: 0 },
    { reason: 'its claim aud is missing or another', issuer: 'x'.repeat(200), more: 0 },
    { reason: 'its signature is not of this key', issuer: null, more: 0 },
  ]);
});
