// <buy-credits endpoint="https://pay.example.com" token-provider="/api/credits-token">: the whole purchase in one tag.
// Colours and corners: --credits-accent, --credits-text, --credits-surface, --credits-line, --credits-radius.
// Events, bubbling: credits:succeeded, credits:failed, credits:canceled; detail is the intent.
import { type Checkout, type CheckoutState, createCheckout, type Intent } from '@credits-gateway/client';
import { type Pay, type Sheets, sheetOf, sheets } from '@credits-gateway/client/sheets';
import { STYLE } from './style.ts';

declare global {
  interface HTMLElementTagNameMap {
    'buy-credits': BuyCredits;
  }
  /** They bubble out of the tag, so that every element, the document and the window may listen. */
  interface GlobalEventHandlersEventMap {
    'credits:succeeded': CustomEvent<Intent>;
    'credits:failed': CustomEvent<Intent>;
    'credits:canceled': CustomEvent<Intent>;
  }
}

/** A server has no elements; it writes the tag, and the browser makes the element of it. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? class {};

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '"': '&quot;' };
const safe = (text: unknown) => String(text).replace(/[&<"]/g, (sign) => escapes[sign] ?? sign);
let made: CSSStyleSheet | undefined;
/** One for every tag. Made by a program and not written as <style>, so that the page's policy need not allow inline styles. */
function styles(): CSSStyleSheet {
  if (!made) {
    made = new CSSStyleSheet();
    made.replaceSync(STYLE);
  }
  return made;
}

interface Given {
  readonly tokenProvider?: () => string | Promise<string>;
  readonly sheets?: Sheets;
}

/** Whether the sheet is drawn before the payer says to pay. The simulated bank's choices are the tag's own. */
const isInPage = (list: Sheets, { intent }: CheckoutState) => {
  const action = intent?.nextAction;
  return action && action.__typename !== 'MockConfirm' && sheetOf(list, action)?.isInPage;
};
/** What a button does: of the checkout, or with its payment sheet. */
type Act = 'load' | 'buy' | 'simulate' | 'cancel' | 'restart';
const button = (action: Act | 'pay', text: string, more = '') =>
  `<button data-do="${action}" ${more}>${text}</button>`;

export class BuyCredits extends Base {
  // What was set before the browser knew the tag is kept.
  /** Gives the user's token; instead of the attribute token-provider, an address that answers {"token": "…"} to a POST. */
  tokenProvider: () => string | Promise<string> =
    (this as Given).tokenProvider ?? (() => this.#askForToken());
  /** Other payment sheets than the providers' own; to be set before the tag is in the page. */
  sheets: Sheets = (this as Given).sheets ?? sheets;
  #checkout: Checkout | null = null;
  #phase = '';
  #pay: Promise<Pay> | null = null;

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.innerHTML = '<section></section><slot name="sheet"></slot>';
    root.adoptedStyleSheets = [styles()];
    root.addEventListener('click', this.#click);
    const given = (name: string) => this.getAttribute(name) ?? undefined;
    const checkout = createCheckout({
      url: given('endpoint'),
      token: () => this.tokenProvider(),
      provider: given('provider'),
      currency: given('currency'),
      sheets: this.sheets,
    });
    this.#checkout = checkout;
    checkout.subscribe(() => this.#show(checkout.state));
    this.#show(checkout.state);
    // A property that is set in the same turn as the tag is made counts too.
    queueMicrotask(() => {
      if (this.#checkout === checkout) void checkout.load();
    });
  }

  disconnectedCallback(): void {
    this.shadowRoot?.removeEventListener('click', this.#click);
    this.#checkout?.close();
    this.#checkout = null;
  }

  async #askForToken(): Promise<string> {
    const response = await fetch(this.getAttribute('token-provider') ?? '', { method: 'POST' });
    if (!response.ok) throw new Error('Sign in again to buy credits.');
    return (await response.json()).token;
  }

  #click = async (event: Event): Promise<void> => {
    const { do: action = '', id = '' } =
      (event.target as HTMLElement).closest<HTMLElement>('[data-do]')?.dataset ?? {};
    const checkout = this.#checkout;
    if (!checkout || !action) return;
    if (action === 'pay') await this.#attempt(async () => (await this.#sheet(checkout))());
    else await checkout[action as Act](id);
  };

  /** Does it, and says what went wrong. */
  async #attempt(work: () => Promise<string | null>): Promise<void> {
    const told = await work().catch((error: Error) => error.message);
    const place = this.shadowRoot?.querySelector('.bad');
    if (place) place.textContent = told;
  }

  /** The payment sheet, made ready once. After a failure whoever asks next tries again. */
  #sheet(checkout: Checkout): Promise<Pay> {
    const makeReady = async () => {
      if (!isInPage(this.sheets, checkout.state)) return checkout.show(this);
      const place = Object.assign(document.createElement('div'), { slot: 'sheet' });
      this.append(place);
      return checkout.show(place);
    };
    this.#pay ??= makeReady().catch((error) => {
      this.#leave();
      throw error;
    });
    return this.#pay;
  }

  #leave(): void {
    this.#pay = null;
    this.querySelector('[slot=sheet]')?.remove();
  }

  #show(state: CheckoutState): void {
    const { phase, intent } = state;
    const place = this.shadowRoot?.querySelector('section');
    if (place) place.innerHTML = view(state);
    const checkout = this.#checkout;
    if (phase !== 'pay') this.#leave();
    else if (checkout && !this.#pay && isInPage(this.sheets, state))
      void this.#attempt(() => this.#sheet(checkout).then(() => null));
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
  const again = button('restart', phase === 'succeeded' ? 'Buy more' : 'Start again', 'class="plain"');
  if (phase === 'waiting') return '<p role="status" class="busy">Confirming the payment…</p>';
  if (phase === 'slow')
    return '<p role="status" class="busy">This takes longer than usual. You may close this page: the credits come by themselves.</p>';
  if (phase === 'succeeded')
    return `<p role="status" class="good">${intent?.creditsAdded} credits added</p>${again}`;
  if (phase === 'canceled') return `<p role="status">Canceled. Nothing was charged.</p>${again}`;
  return `<p role="alert" class="bad">${safe(intent?.failure?.message ?? 'The payment did not go through.')}</p>${again}`;
}

if (typeof customElements !== 'undefined' && !customElements.get('buy-credits'))
  customElements.define('buy-credits', BuyCredits);
