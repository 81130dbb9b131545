// A captcha of the shop's choice: the page shows it, and its provider is asked whether it was solved. The form of the question is
// that of `siteverify`, which Turnstile, hCaptcha and reCAPTCHA share.
import { z } from 'zod';
import type { RiskSettings } from '../kernel/risk-settings';
import type { Logger } from '../telemetry/logger';

export interface Captcha {
  /** What the page shows it with. */
  readonly siteKey: string;
  /** Whether the payer solved it. Not solved, too, where nobody answers. @param response what the widget gave the page */
  isSolved(response: string, address: string | null): Promise<boolean>;
}

// They answer in a tenth of it; a payer waits no longer than for a card.
const ANSWER_WITHIN_MS = 3_000;
/** Longer than any widget's. */
export const RESPONSE_MAX = 4_096;

const answer = z.object({ success: z.boolean() });

/** Null where no captcha is set. */
export function createCaptcha({ captcha }: RiskSettings, log: Logger): Captcha | null {
  if (captcha === null) return null;
  const { url, secret, siteKey } = captcha;
  return {
    siteKey,
    isSolved: async (response, address) => {
      const body = new URLSearchParams({
        secret,
        response,
        ...(address === null ? {} : { remoteip: address }),
      });
      try {
        const answered = await fetch(url, {
          method: 'POST',
          body,
          redirect: 'error',
          signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        });
        return answer.parse(await answered.json()).success;
      } catch (error) {
        // Its text may hold the secret.
        log.warn('captcha.unanswered', { reason: error instanceof Error ? error.name : 'unknown' });
        return false;
      }
    },
  };
}
