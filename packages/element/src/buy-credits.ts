// <buy-credits endpoint="https://pay.example.com" token-provider="/api/credits-token">: the whole purchase in one tag.
// Colours and corners: --credits-accent, --credits-text, --credits-surface, --credits-line, --credits-radius; ::part() for more.
// Events, bubbling: credits:succeeded, credits:failed, credits:canceled; detail is the intent.
import {
  type Checkout,
  type CheckoutState,
  createCheckout,
  type GatewayError,
  type Intent,
  type Payer,
} from '@credits-gateway/client';
import { type Pay, type Sheets, sheets } from '@credits-gateway/client/sheets';
import { type AllTexts, en, type Texts, textsOf } from '@credits-gateway/client/texts';
import { STYLE } from './style.ts';
import { type Act, type Bank, type Form, view } from './view.ts';

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

let made: CSSStyleSheet | undefined;
/** One for every tag. Made by a program and not written as <style>, so that the page's policy need not allow inline styles. */
function styles(): CSSStyleSheet {
  if (!made) {
    made = new CSSStyleSheet();
    made.replaceSync(STYLE);
  }
  return made;
}

/** What is bought beside the package, and may still change. */
export interface Wish {
  readonly walletId?: string | undefined;
  promoCode?: string | undefined;
}

type Given = Partial<Pick<BuyCredits, 'tokenProvider' | 'sheets' | 'solveCaptcha' | 'texts' | 'payer'>>;

export class BuyCredits extends Base {
  // What was set before the browser knew the tag is kept.
  /** Gives the user's token; instead of the attribute token-provider, an address that answers {"token": "…"} to a POST. */
  tokenProvider: () => string | Promise<string> =
    (this as Given).tokenProvider ?? (() => this.#askForToken());
  /** Other payment sheets than the providers' own; this and what follows is to be set before the tag is in the page. */
  sheets: Sheets = (this as Given).sheets ?? sheets;
  /** Shows a captcha where the gateway asks for one, and gives what it answered. */
  solveCaptcha: ((siteKey: string) => Promise<string>) | undefined = (this as Given).solveCaptcha;
  /** Texts of yours, instead of those of the language. */
  texts: Partial<AllTexts> | undefined = (this as Given).texts;
  /** What the payer need not type again, where a provider asks for it. */
  payer: Payer | undefined = (this as Given).payer;
  #checkout: Checkout | null = null;
  #locale = 'en';
  #texts: Texts & Partial<AllTexts> = en;
  #phase = '';
  #html = '';
  #isTouched = false;
  #form: Form = 'none';
  #told: string | null = null;
  #action = '';
  #pay: Promise<Pay> | null = null;
  #bank: Bank | undefined;
  #offer: (() => void) | undefined;

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.innerHTML = '<section></section><slot name="sheet"></slot><section></section>';
    root.adoptedStyleSheets = [styles()];
    root.addEventListener('click', this.#click);
    this.#html = '';
    const given = (name: string) => this.getAttribute(name) ?? undefined;
    const options = {
      url: given('endpoint'),
      token: () => this.tokenProvider(),
      provider: given('provider'),
      currency: given('currency'),
      sheets: this.sheets,
      solveCaptcha: this.solveCaptcha,
      payer: this.payer,
      history: given('history') !== 'off',
      walletId: given('wallet-id'),
      promoCode: given('promo-code'),
    };
    const checkout = createCheckout(options);
    this.#checkout = checkout;
    checkout.subscribe(() => this.#show(checkout.state));
    // A property that is set in the same turn as the tag is made counts too.
    queueMicrotask(() => void this.#begin(checkout, options));
  }

  disconnectedCallback(): void {
    this.shadowRoot?.removeEventListener('click', this.#click);
    this.#leave();
    this.#offer?.();
    this.#checkout?.close();
    this.#checkout = null;
  }

  async #begin(checkout: Checkout, wish: Wish): Promise<void> {
    const locale =
      this.getAttribute('locale') ?? this.closest<HTMLElement>('[lang]')?.lang ?? navigator.language;
    const texts = { ...(await textsOf(locale)), ...this.texts };
    if (this.#checkout !== checkout) return;
    try {
      (0).toLocaleString(locale);
      this.#locale = locale;
    } catch {
      // A tag that is none: the page's words may stand, numbers are written as in English.
    }
    this.#texts = texts;
    this.#show(checkout.state);
    await checkout.load();
    // Nobody waits for what is said beside the packages, and without it they are sold too.
    const { offer } = await import('./offer.ts').catch(() => ({ offer: null }));
    if (this.#checkout === checkout) this.#offer = offer?.(this, checkout, wish, texts, this.#locale);
  }

  async #askForToken(): Promise<string> {
    const response = await fetch(this.getAttribute('token-provider') ?? '', { method: 'POST' });
    return response.ok && (await response.json()).token;
  }

  #click = (event: Event): void => {
    const { do: action = '', id = '' } =
      (event.target as HTMLElement).closest<HTMLElement>('[data-do]')?.dataset ?? {};
    const checkout = this.#checkout;
    if (!checkout || !action) return;
    this.#isTouched = true;
    if (action === 'pay') void this.#paid(checkout);
    else if (action === 'form') this.#ready(checkout);
    else void checkout[action as Act](id);
  };

  /** Makes the payment form ready, once. After a failure whoever asks next tries again. */
  #ready(checkout: Checkout): void {
    this.#leave();
    this.#turn('loading');
    const pay = this.#made(checkout);
    this.#pay = pay;
    pay.then(
      () => this.#pay === pay && this.#turn('ready'),
      (error) => this.#pay === pay && this.#turn('failed', this.#said(error)),
    );
  }

  async #made(checkout: Checkout): Promise<Pay> {
    if (checkout.state.intent?.nextAction?.__typename === 'MockConfirm') {
      this.#bank = (await import('./bank.ts')).bank;
      return async () => null;
    }
    const place = Object.assign(document.createElement('div'), { slot: 'sheet' });
    this.append(place);
    return checkout.show(place);
  }

  async #paid(checkout: Checkout): Promise<void> {
    const pay = this.#pay;
    if (!pay || this.#form !== 'ready') return;
    this.#turn('paying');
    const told = await pay.then((begin) => begin()).catch((error) => this.#said(error));
    if (this.#pay === pay && this.#checkout === checkout) this.#turn('ready', told);
  }

  #said = ({ code = '', message }: GatewayError) => this.#texts.codes[code] ?? message;

  #turn(form: Form, told: string | null = null): void {
    this.#form = form;
    this.#told = told;
    if (this.#checkout) this.#show(this.#checkout.state);
  }

  #leave(): void {
    this.#pay = null;
    this.#form = 'none';
    this.#told = null;
    this.querySelector('[slot=sheet]')?.remove();
  }

  #show(state: CheckoutState): void {
    const { phase, intent } = state;
    const checkout = this.#checkout;
    const { nextAction } = (phase === 'pay' && intent) || {};
    const action = nextAction ? JSON.stringify(nextAction) : '';
    // The action is a new object with each event; what it says stands for it.
    if (action !== this.#action) {
      this.#action = action;
      this.#leave();
      if (action && checkout) this.#ready(checkout);
    }
    this.#draw(state);
    if (phase === this.#phase) return;
    this.#phase = phase;
    if (intent && ['succeeded', 'failed', 'canceled'].includes(phase))
      this.dispatchEvent(
        new CustomEvent(`credits:${phase}`, { detail: intent, bubbles: true, composed: true }),
      );
  }

  /** Draws what has changed. Focus stays where it is, or goes to what is to be done next when that is gone. */
  #draw(state: CheckoutState): void {
    const root = this.shadowRoot;
    const [above, below] = root?.querySelectorAll('section') ?? [];
    if (!root || !above || !below) return;
    const url = this.getAttribute('endpoint') ?? '';
    const shown = {
      state,
      texts: this.#texts,
      locale: this.#locale,
      url,
      form: this.#form,
      told: this.#told,
      bank: this.#bank,
    };
    const html = view(shown);
    if (this.#html === html.above + html.below) return;
    this.#html = html.above + html.below;
    const { activeElement } = document;
    const isHere = activeElement === document.body || this.contains(activeElement);
    const { do: done, id = '' } = (root.activeElement as HTMLElement | null)?.dataset ?? {};
    const isOpen = root.querySelector('details')?.open ?? false;
    if (above.innerHTML !== html.above) above.innerHTML = html.above;
    below.innerHTML = html.below;
    const details = root.querySelector('details');
    if (details) details.open = isOpen;
    const now = document.activeElement;
    // In the provider's form it stays.
    const isInForm = now !== this && this.contains(now);
    // What only holds the focus until there is something to do gives it away.
    const isHeld = root.activeElement?.matches(':not([tabindex="-1"])');
    if (!this.#isTouched || !isHere || isHeld || isInForm) return;
    const same = done && `[data-do="${done}"]${id && `[data-id="${CSS.escape(id)}"]`}:not([disabled])`;
    const find = (selector: string) => root.querySelector<HTMLElement>(selector);
    ((same && find(same)) || (find('button[data-next]') ?? find('[data-next]')))?.focus();
  }
}

if (typeof customElements !== 'undefined' && !customElements.get('buy-credits'))
  customElements.define('buy-credits', BuyCredits);
