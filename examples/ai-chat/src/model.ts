// A pretend model: it says the same to everything, word by word, as a real one streams its tokens. Put your provider's SDK here.
import { setTimeout as delay } from 'node:timers/promises';

// As fast as a large model writes.
const TOKEN_MS = 30;

const ANSWER = `is a good question for a model that can think. I am a pretend one: I write these words whatever you ask, at the pace
  of the real thing, so that you can watch what happens to your credits. Before my first word twenty of them were set aside. When I
  am done, what I used is spent, one for ten words, and the rest is yours again. Stop me, or close this page, and nothing is spent.`;

/**
 * @param options.maxTokens where the answer is cut off at the latest
 * @throws AbortError when the signal says so
 */
export async function* streamAnswer(
  question: string,
  { maxTokens, signal }: { readonly maxTokens: number; readonly signal: AbortSignal },
): AsyncGenerator<string> {
  // Who asks for something long gets it four times.
  const times = /\blong\b/i.test(question) ? 4 : 1;
  const words = `“${question}” ${Array(times).fill(ANSWER).join(' ')}`.split(/\s+/);
  for (const word of words.slice(0, maxTokens)) {
    await delay(TOKEN_MS, null, { signal });
    yield `${word} `;
  }
}
