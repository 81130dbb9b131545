import { rememberingTokens } from '../../src/callers/known-tokens';
import { NotAuthenticated } from '../../src/callers/token';

function stand(expiresAtMs: number) {
  const asked: string[] = [];
  const clock = { nowMs: 0 };
  const callerOf = rememberingTokens(
    async (token) => {
      asked.push(token);
      if (token === 'bad') throw new NotAuthenticated();
      return { id: token, role: 'user', expiresAtMs };
    },
    () => clock.nowMs,
  );
  return { asked, clock, callerOf };
}

test('a token that comes again is checked once in half a minute, each token by itself', async () => {
  const { asked, clock, callerOf } = stand(1_000_000);
  for (const token of ['a', 'a', 'b', 'a']) expect((await callerOf(token)).id).toBe(token);
  expect(asked).toEqual(['a', 'b']);
  clock.nowMs = 30_000;
  await callerOf('a');
  expect(asked).toEqual(['a', 'b', 'a']);
});

test('a token is checked again at its own end, however lately it was checked', async () => {
  const { asked, clock, callerOf } = stand(10_000);
  await callerOf('a');
  clock.nowMs = 9_999;
  await callerOf('a');
  expect(asked).toHaveLength(1);
  clock.nowMs = 10_000;
  await callerOf('a');
  expect(asked).toHaveLength(2);
});

test('a refused token is refused anew each time', async () => {
  const { asked, callerOf } = stand(1_000);
  for (let times = 0; times < 3; times++) await expect(callerOf('bad')).rejects.toThrow(NotAuthenticated);
  expect(asked).toHaveLength(3);
});
