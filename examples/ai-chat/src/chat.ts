// An answer that is paid for by what it used: credits are held, words are streamed, what they cost is spent.
import { type Gateway, isGatewayError } from '@credits-gateway/server';
import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import { streamAnswer } from './model.js';
import { userOf } from './user.js';

const TOKENS_PER_CREDIT = 10;
// No answer costs more; who has fewer gets an answer for what is there.
const ANSWER_CREDITS_MAX = 20;
// A hold outlives an answer of the slowest model, and frees itself when this process dies in the middle of one.
const HOLD_SECONDS = 300;

const outOfCredits = {
  code: 'INSUFFICIENT_CREDITS',
  message: 'You have no credits left. Buy some to go on.',
};

/**
 * POST /api/chat {id, question}. Lines of JSON: {token} for each word, then {spent, isCut}, or {code, message} where it ended otherwise.
 * Whoever stops it, or goes away, pays nothing. To be paid for what was streamed until then, return it instead of throwing.
 */
export const chat = (gateway: Gateway) => async (c: Context) => {
  const { id, question } = await c.req.json<{ id?: unknown; question?: unknown }>();
  if (typeof id !== 'string' || typeof question !== 'string' || !question.trim() || question.length > 500)
    return c.json({ code: 'INVALID_INPUT', message: 'A question has 1 to 500 characters.' }, 400);
  const userId = userOf(c);
  const { available } = await gateway.balance(userId);
  if (available === 0) return c.json(outOfCredits, 402);

  return stream(c, async (out) => {
    const gone = new AbortController();
    out.onAbort(() => gone.abort());
    const say = (line: object) => out.writeln(JSON.stringify(line));
    const held = {
      userId,
      credits: Math.min(available, ANSWER_CREDITS_MAX),
      reason: 'chat',
      ttlSeconds: HOLD_SECONDS,
      idempotencyKey: `chat-${id}`,
    };
    try {
      const { value } = await gateway.withHold(held, async (hold) => {
        const maxTokens = hold.credits * TOKENS_PER_CREDIT;
        let tokens = 0;
        for await (const token of streamAnswer(question, { maxTokens, signal: gone.signal })) {
          tokens += 1;
          await say({ token });
        }
        const credits = Math.ceil(tokens / TOKENS_PER_CREDIT);
        return { credits, value: { spent: credits, isCut: tokens === maxTokens } };
      });
      await say(value);
    } catch (error) {
      if (gone.signal.aborted) return;
      if (!isGatewayError(error, 'INSUFFICIENT_CREDITS')) console.error(error);
      await say(
        isGatewayError(error, 'INSUFFICIENT_CREDITS')
          ? outOfCredits
          : { code: 'UNAVAILABLE', message: 'The answer broke off. Nothing was spent; ask again.' },
      );
    }
  });
};
