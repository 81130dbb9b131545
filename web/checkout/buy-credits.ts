// <buy-credits endpoint="https://pay.example.com" token-provider="/api/credits-token">: the whole purchase in one tag.
// Colours and corners: --credits-accent, --credits-text, --credits-surface, --credits-line, --credits-radius.
// Events, bubbling: credits:succeeded, credits:failed, credits:canceled; detail is the intent.
import { createCheckout } from './client';
import { isInPage, type ProviderName, readySheet } from './sheets';
import { STYLE } from './style';
import type { Checkout, CheckoutState, Intent } from './types';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '"': '&quot;' };
const safe = (text: unknown) => String(text).replace(/[&<"]/g, (sign) => escapes[sign] ?? sign);
const button = (action: string, text: string, more = '') =>
  `<button data-do="${action}" ${more}>${text}</button>`;

export class BuyCredits extends HTMLElement {
  /** Gives the user's token; instead of the attribute token-provider, an address that answers {"token": "…"} to a POST. */
  tokenProvider: () => string | Promise<string> = async () => {
    const response = await fetch(this.getAttribute('token-provider') ?? '', { method: 'POST' });
    return (await response.json()).token;
  };
  #checkout: Checkout | null = null;
  #phase = '';
  #pay: (() => Promise<string | null>) | null = null;

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.innerHTML = `<style>${STYLE}</style><section></section><slot name="sheet"></slot>`;
    root.addEventListener('click', this.#click);
    const checkout = createCheckout({
      url: this.getAttribute('endpoint') ?? '',
      token: () => this.tokenProvider(),
      provider: (this.getAttribute('provider') as ProviderName | null) ?? undefined,
      currency: this.getAttribute('currency') ?? undefined,
    });
    this.#checkout = checkout;
    checkout.subscribe(() => this.#show(checkout.state));
    this.#show(checkout.state);
    // A property that is set in the same turn as the tag is made counts too.
    queueMicrotask(() => void checkout.load());
  }

  disconnectedCallback(): void {
    this.shadowRoot?.removeEventListener('click', this.#click);
    this.#checkout?.close();
    this.#checkout = null;
  }

  #click = async (event: Event): Promise<void> => {
    const { do: action = '', id = '' } =
      (event.target as HTMLElement).closest<HTMLElement>('[data-do]')?.dataset ?? {};
    const checkout = this.#checkout;
    if (!checkout) return;
    if (action === 'buy') await checkout.buy(id);
    if (action === 'simulate') await checkout.simulate(id);
    if (action === 'cancel') await checkout.cancel();
    if (action === 'again') checkout.restart();
    if (action === 'load') await checkout.load();
    if (action === 'pay') await this.#confirm(checkout);
  };

  async #confirm(checkout: Checkout): Promise<void> {
    const action = checkout.state.intent?.nextAction;
    const say = (text: string | null) => {
      const place = this.shadowRoot?.querySelector('.bad');
      if (place) place.textContent = text ?? '';
    };
    try {
      if (action && action.__typename !== 'MockConfirm' && !isInPage(action))
        this.#pay ??= await readySheet(this, action, checkout);
      say((await this.#pay?.()) ?? null);
    } catch (error) {
      say((error as Error).message);
    }
  }

  async #mountSheet(checkout: Checkout): Promise<void> {
    const action = checkout.state.intent?.nextAction;
    if (!action || action.__typename === 'MockConfirm' || !isInPage(action) || this.#pay) return;
    const place = Object.assign(document.createElement('div'), { slot: 'sheet' });
    this.append(place);
    this.#pay = await readySheet(place, action, checkout);
  }

  #show(state: CheckoutState): void {
    const { phase, intent } = state;
    const place = this.shadowRoot?.querySelector('section');
    if (place) place.innerHTML = view(state);
    if (phase === 'pay' && this.#checkout) this.#mountSheet(this.#checkout).catch(() => {});
    else {
      this.#pay = null;
      this.querySelector('[slot=sheet]')?.remove();
    }
    if (phase === this.#phase) return;
    this.#phase = phase;
    if (intent && ['succeeded', 'failed', 'canceled'].includes(phase))
      this.dispatchEvent(
        new CustomEvent(`credits:${phase}`, { detail: intent, bubbles: true, composed: true }),
      );
  }
}

function view(state: CheckoutState): string {
  const { phase, intent, trouble, decline, live } = state;
  const bad = `<p class="bad" role="alert">${safe(trouble?.message ?? decline ?? '')}</p>`;
  if (phase === 'choose' || phase === 'creating') return choices(state) + bad;
  const heading = intent
    ? `<p class="what"><b>${intent.creditsAmount} credits</b><span>${safe(intent.amount.formatted)}</span></p>`
    : '';
  const away = live ? '' : '<p role="status" class="quiet">Reconnecting…</p>';
  return (
    heading +
    (phase === 'pay' && intent ? sheet(intent) : progress(state)) +
    away +
    (phase === 'pay' ? bad : '')
  );
}

function choices({ packages, phase, trouble }: CheckoutState): string {
  if (packages.length === 0)
    return trouble ? button('load', 'Try again') : '<p role="status" class="quiet">Loading…</p>';
  const disabled = phase === 'creating' ? 'disabled' : '';
  return `<ul>${packages
    .map(
      (
        item,
      ) => `<li><span><b>${item.credits} credits</b><small>${safe(item.name)}${item.savingsPercent ? ` · save ${item.savingsPercent}%` : ''}</small></span>
      ${button('buy', safe(item.price.formatted), `data-id="${safe(item.id)}" ${disabled} aria-label="Buy ${item.credits} credits for ${safe(item.price.formatted)}"`)}</li>`,
    )
    .join('')}</ul>`;
}

function sheet({ nextAction }: Intent): string {
  const leave = button('cancel', 'Cancel', 'class="plain"');
  if (nextAction?.__typename !== 'MockConfirm')
    return nextAction
      ? `${button('pay', 'Pay now')}${leave}`
      : `<p role="status" class="quiet">Preparing the payment…</p>${leave}`;
  const others = nextAction.outcomes.filter((outcome) => outcome !== 'succeed');
  return `<p class="quiet">Simulated bank, no real money.</p>${button('simulate', 'Pay', 'data-id="succeed"')}${leave}
    <details><summary>Other outcomes</summary>${others.map((outcome) => button('simulate', outcome.replaceAll('_', ' '), `data-id="${outcome}" class="plain"`)).join('')}</details>`;
}

function progress({ phase, intent }: CheckoutState): string {
  const again = button('again', phase === 'succeeded' ? 'Buy more' : 'Start again', 'class="plain"');
  if (phase === 'waiting') return '<p role="status" class="busy">Confirming the payment…</p>';
  if (phase === 'slow')
    return '<p role="status" class="busy">This takes longer than usual. You may close this page: the credits come by themselves.</p>';
  if (phase === 'succeeded')
    return `<p role="status" class="good">${intent?.creditsAdded} credits added</p>${again}`;
  if (phase === 'canceled') return `<p role="status">Canceled. Nothing was charged.</p>${again}`;
  return `<p role="alert" class="bad">${safe(intent?.failure?.message ?? 'The payment did not go through.')}</p>${again}`;
}

if (!customElements.get('buy-credits')) customElements.define('buy-credits', BuyCredits);
