// The SDK is called without the stack that it takes in case that the call fails.
import { stackless } from '../../../src/providers/stripe/stackless';

const framesOf = ({ stack }: Error) => (stack ?? '').split('\n    at ').length - 1;

it('what is called takes no stack, and what comes after it does, also when the call throws', async () => {
  const limit = Error.stackTraceLimit;
  const taken = await stackless(async () => {
    const before = new Error('before');
    await null;
    return { before, after: new Error('after') };
  });
  expect(framesOf(taken.before)).toBe(0);
  expect(framesOf(taken.after)).toBeGreaterThan(0);

  expect(() =>
    stackless(() => {
      throw new Error('refused');
    }),
  ).toThrow('refused');
  expect(Error.stackTraceLimit).toBe(limit);
});
