// What the tag says beside the packages, loaded after them: what is left and whether that is low, the bonus of a code, and of a shared
// wallet what the payer may spend.
import type { Checkout, CheckoutState } from '@credits-gateway/client';
import { followStanding, offerTexts, type Standing } from '@credits-gateway/client/offer';
import type { OfferTexts, Texts } from '@credits-gateway/client/texts';
import type { Wish } from './buy-credits.ts';
import { LATER_STYLE } from './later-style.ts';

/** A line with a part, by which a page finds it. */
function line(part: string, className: string): HTMLElement {
  const element = document.createElement('p');
  element.setAttribute('part', part);
  element.className = className;
  element.hidden = true;
  return element;
}

/** Words of an element; none: it is not there. */
function say(element: HTMLElement, text: string | null | undefined): void {
  element.hidden = !text;
  if (element.textContent !== (text ?? '')) element.textContent = text ?? '';
}

type Said = Texts & OfferTexts;
type Write = (credits: number) => string;

/** The field for a code. What is said of a refused code follows what stands in it. */
function codeField(wish: Wish, texts: object, said: Said) {
  const code = document.createElement('label');
  code.setAttribute('part', 'code');
  const input = Object.assign(document.createElement('input'), {
    ...{ value: wish.promoCode ?? '', autocomplete: 'off', spellcheck: false, maxLength: 40 },
  });
  input.setAttribute('part', 'code-input');
  code.append(said.code, input);
  const typed = () => {
    wish.promoCode = input.value.trim() || undefined;
    const { codeUnknown, codeRefused } = said;
    const ofCode = {
      ...(codeUnknown && { NOT_FOUND: codeUnknown }),
      ...(codeRefused && { INVALID_STATE: codeRefused }),
    };
    Object.assign(texts, { codes: wish.promoCode ? { ...said.codes, ...ofCode } : said.codes });
  };
  typed();
  input.addEventListener('input', typed);
  return { code, input };
}

/** That the balance is low, or who buys for a member. */
function hint({ lowLevel, spendable, wallet }: Standing, said: Said, write: Write): string | null {
  if (wallet?.role === 'member') return said.notBuyer(wallet.name);
  if (lowLevel === null) return null;
  return spendable === 0 ? said.depleted : said.low(write(spendable));
}

/** What comes with a purchase, and whether that of its code is lost. */
function bonusOf({ phase, intent }: CheckoutState, said: Said, write: Write) {
  const { promo = null, bonusCredits = null } = intent ?? {};
  const isLost = Boolean(promo?.outcome && promo.outcome !== 'redeemed');
  const ofCode = promo && !isLost ? said.codeBonus(write(promo.credits), promo.code) : null;
  const why = isLost ? said.codeOutcomes[promo?.outcome ?? ''] : null;
  const brings = [bonusCredits && said.bonus(write(bonusCredits)), ofCode, why];
  const isOver = phase === 'failed' || phase === 'canceled';
  return { isLost, text: isOver ? null : brings.filter(Boolean).join(' · ') };
}

/**
 * Adds it to the tag, and keeps it as the checkout and the balance are.
 * @param wish takes the code as it is typed
 * @param texts those that the tag speaks with
 * @returns what ends it
 */
export function offer(
  tag: HTMLElement,
  checkout: Checkout,
  wish: Wish,
  texts: Texts & Partial<OfferTexts>,
  locale: string,
): () => void {
  const root = tag.shadowRoot as ShadowRoot;
  const [packages] = root.querySelectorAll('section');
  if (!packages) return () => {};
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(LATER_STYLE);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const said: Said = { ...offerTexts, ...texts };
  const write: Write = (credits) => credits.toLocaleString(locale);
  const { code, input } = codeField(wish, texts, said);
  const left = line('balance', 'left');
  const low = line('low', 'low');
  const bonus = line('bonus', 'bonus');
  low.setAttribute('role', 'status');
  // Below the packages: what comes later moves nothing that is about to be pressed.
  packages.after(low, left, bonus);
  let standing: Standing | null = null;

  function show(): void {
    const { state } = checkout;
    const isChoosing = !state.intent && state.packages.length > 0;
    const wallet = standing?.wallet;
    const isMember = wallet?.role === 'member';
    packages?.toggleAttribute('hidden', isChoosing && isMember);
    // Nothing is typed beside a payment form, whose own fields a payer's browser fills.
    if (!isChoosing || isMember) code.remove();
    else if (!code.isConnected) packages?.after(code);
    input.disabled = state.phase === 'creating';
    const count = standing ? write(standing.spendable) : '';
    const warning = standing && hint(standing, said, write);
    const held = wallet ? said.spendable(count, wallet.name) : said.left(count);
    // Of one's own credits the warning has the number.
    say(left, isChoosing && standing && (wallet || !warning) ? held : null);
    say(low, isChoosing ? warning : null);
    const { isLost, text } = bonusOf(state, said, write);
    bonus.classList.toggle('good', !isLost);
    say(bonus, text);
  }

  const unsubscribe = checkout.subscribe(show);
  const unfollow = followStanding(checkout.gateway, wish.walletId, (now) => {
    standing = now;
    show();
  });
  show();
  return () => {
    unsubscribe();
    unfollow();
  };
}
