// What <buy-credits> shows in each phase, as HTML: above the provider's payment form, and below it.
import type { CheckoutState, CreditPackage, Intent } from '@credits-gateway/client';
import type { BankTexts, Texts } from '@credits-gateway/client/texts';

/** How far the provider's form is. The simulated bank has none: its choices are the tag's own. */
export type Form = 'none' | 'loading' | 'ready' | 'paying' | 'failed';

export interface Shown {
  readonly state: CheckoutState;
  readonly texts: Texts & Partial<BankTexts>;
  readonly locale: string;
  /** Where the gateway is; empty: where the page is. */
  readonly url: string;
  readonly form: Form;
  /** What went wrong in the form, in words for the payer. */
  readonly told: string | null;
  /** What draws the simulated bank, once it is there. */
  readonly bank: Bank | undefined;
}

/** What the simulated bank shows, around what went wrong and what leaves it. */
export type Bank = (
  outcomes: readonly string[],
  texts: Partial<BankTexts>,
  off: string,
) => readonly [before: string, pay: string, after: string];

const safe = (text: unknown) => String(text).replace(/[&<"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** What a button does: of the checkout, or with its payment form. */
export type Act = 'load' | 'buy' | 'simulate' | 'cancel' | 'restart' | 'sync';
const button = (action: Act | 'pay' | 'form', text: string, more = '') =>
  `<button part="button ${action}" data-do="${action}" ${more}>${safe(text)}</button>`;
/** It is what focus goes to when this comes into view. */
const NEXT = 'data-next tabindex="-1"';
const status = (text: string, kind: string, more = '') =>
  `<p part="status" role="status" class="${kind}" ${more}>${safe(text)}</p>`;
const alert = (text: string, more = '') =>
  text ? `<p part="error" role="alert" class="bad" ${more}>${safe(text)}</p>` : '';

/** Why it was declined, and what to do. */
function declined({ failure }: Intent, texts: Texts, message: string | null): string {
  const why = message && (texts.codes[failure?.code ?? ''] ?? message);
  return why ? `${why} ${failure?.retryable === false ? texts.tryOther : texts.tryAgain}` : '';
}

const troubled = ({ trouble }: CheckoutState, texts: Texts) =>
  trouble ? (texts.codes[trouble.code] ?? trouble.message) : '';

export function view(shown: Shown): { above: string; below: string } {
  const { state, texts, locale } = shown;
  const { phase, intent } = state;
  if (!intent) return { above: choices(shown), below: alert(troubled(state, texts)) };
  const credits = texts.credits(intent.creditsAmount.toLocaleString(locale));
  const heading = `<p part="summary" class="what" ${phase === 'pay' ? NEXT : ''}><b>${safe(credits)}</b><span>${safe(intent.amount.formatted)}</span></p>`;
  const away = state.live ? '' : status(texts.reconnecting, 'quiet');
  return phase === 'pay'
    ? paying(shown, intent, heading, away)
    : { above: heading, below: progress(shown, intent) + away };
}

function choices({ state: { packages, phase, trouble }, texts, locale }: Shown): string {
  if (packages.length === 0)
    return trouble ? button('load', texts.again, 'data-next') : status(texts.loading, 'quiet', NEXT);
  const row = ({ id, name, credits, bonusCredits, savingsPercent, price }: CreditPackage, index: number) => {
    const count = credits.toLocaleString(locale);
    const notes = [
      name,
      bonusCredits && texts.bonus(bonusCredits.toLocaleString(locale)),
      savingsPercent && texts.save(savingsPercent),
    ];
    const label = `aria-label="${safe(texts.buy(count, price.formatted))}"`;
    const more = `data-id="${safe(id)}" ${phase === 'creating' ? 'disabled' : ''} ${label} ${index ? '' : 'data-next'}`;
    return `<li part="package"><span><b>${safe(texts.credits(count))}</b><small>${safe(notes.filter(Boolean).join(' · '))}</small></span>${button('buy', price.formatted, more)}</li>`;
  };
  return `<ul part="packages">${packages.map(row).join('')}</ul>`;
}

function paying({ state, texts, form, told, bank }: Shown, intent: Intent, heading: string, away: string) {
  const action = intent.nextAction;
  const leave = button('cancel', texts.cancel, 'class="plain"');
  const bad = alert(told ?? (troubled(state, texts) || declined(intent, texts, state.decline)));
  // Nothing is paid on what may be old: the same may have been paid elsewhere meanwhile.
  const off = state.live ? '' : 'disabled';
  if (!action) return { above: heading + status(texts.preparing, 'busy'), below: bad + leave + away };
  if (form === 'failed') return { above: heading, below: bad + button('form', texts.again) + leave + away };
  const isOff = off || (form === 'ready' ? '' : 'disabled');
  const busy = form === 'loading' ? status(texts.form, 'busy') : '';
  if (action.__typename === 'MockConfirm' && bank) {
    const [before, pay, after] = bank(action.outcomes, texts, off);
    return { above: heading, below: before + bad + pay + leave + after + away };
  }
  return { above: heading + busy, below: bad + button('pay', texts.pay, isOff) + leave + away };
}

function progress({ state: { phase, trouble }, texts, locale, url }: Shown, intent: Intent): string {
  const again = (text: string) => button('restart', text, 'class="plain"');
  if (phase === 'waiting') return status(texts.confirming, 'busy', NEXT);
  if (phase === 'slow')
    return (
      status(texts.slow, 'busy', NEXT) +
      alert(trouble?.message ?? '') +
      button('sync', texts.ask, 'class="plain"')
    );
  if (phase === 'succeeded') {
    const added = (intent.creditsAdded ?? intent.creditsAmount).toLocaleString(locale);
    const receipt = ` <a part="receipt" href="${safe(url + intent.receiptPath)}" target="_blank">${safe(texts.receipt)}</a>`;
    return status(texts.added(added), 'good', NEXT) + again(texts.more) + receipt;
  }
  if (phase === 'canceled') return status(texts.canceled, '', NEXT) + again(texts.restart);
  const { failure } = intent;
  const why = failure ? (texts.codes[failure.code] ?? failure.message) : texts.failed;
  return alert(why, NEXT) + again(texts.restart);
}
