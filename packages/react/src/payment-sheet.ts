import type { GatewayError } from '@credits-gateway/client';
import type { Pay } from '@credits-gateway/client/sheets';
import { en, type Texts } from '@credits-gateway/client/texts';
import { createElement as h, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Purchase } from './use-purchase.ts';

export interface PaymentSheetProps {
  /** What usePurchase gives. In the phase `choose` only what kept a purchase from beginning is shown, in others nothing. */
  readonly purchase: Purchase;
  /** What stands on the button; left out, Pay. */
  readonly children?: ReactNode;
  /** Of the element around the sheet, the button and what went wrong (role="alert"). */
  readonly className?: string;
  /** Of the button; left out, what the page says of buttons. */
  readonly buttonClassName?: string;
  /** Instead of the English ones: those of textsOf(locale) of `@credits-gateway/client/texts`, or some of your own. */
  readonly texts?: Partial<Texts>;
}

type Form = 'loading' | 'ready' | 'paying' | 'failed';

/** The payment sheet of a purchase, with the button that pays by it; in mock mode the list of what the simulated bank may do. */
export function PaymentSheet(props: PaymentSheetProps): ReactNode {
  const { purchase, children = 'Pay', className, buttonClassName, texts } = props;
  const { checkout, phase, intent, decline, trouble, live } = purchase;
  const said = { ...en, ...texts };
  const place = useRef<HTMLDivElement>(null);
  const pay = useRef<Pay | null>(null);
  const [form, setForm] = useState<Form>('loading');
  const [wrong, setWrong] = useState<string | null>(null);
  const [tries, setTries] = useState(0);
  // The action is a new object with each event; what it says stands for it.
  const action = phase === 'pay' && intent?.nextAction ? JSON.stringify(intent.nextAction) : null;
  const inWords = ({ code = '', message }: GatewayError) => said.codes[code] ?? message;
  useEffect(() => {
    if (!action || !place.current) return;
    // A place for this time alone: what is still on its way to an earlier one does not arrive in it.
    const at = document.createElement('div');
    place.current.append(at);
    let isHere = true;
    const turn = (next: Form, told: string | null = null) => {
      if (!isHere) return;
      setForm(next);
      setWrong(told);
    };
    turn('loading');
    checkout.show(at).then(
      (ready) => {
        if (isHere) pay.current = ready;
        turn('ready');
      },
      (error: GatewayError) => turn('failed', inWords(error)),
    );
    return () => {
      isHere = false;
      at.remove();
      pay.current = null;
    };
  }, [checkout, action, tries]);
  const alert = (told: string) => h('p', { role: 'alert' }, told);
  const troubled = trouble && (said.codes[trouble.code] ?? trouble.message);
  if (phase === 'choose' && troubled) return h('div', { className }, alert(troubled));
  if (phase !== 'pay') return null;
  const onClick = async () => {
    const begin = pay.current;
    if (!begin || form !== 'ready') return;
    setForm('paying');
    const told = await begin().catch(inWords);
    if (pay.current !== begin) return;
    setForm('ready');
    setWrong(told);
  };
  const failure = intent?.failure;
  const declined =
    decline &&
    `${said.codes[failure?.code ?? ''] ?? decline} ${failure?.retryable === false ? said.tryOther : said.tryAgain}`;
  const told = wrong ?? troubled ?? declined;
  const again = () => setTries(tries + 1);
  const off = form !== 'ready' || !live;
  return h(
    'div',
    { className, 'aria-busy': form === 'loading' },
    h('div', { ref: place }),
    form === 'loading' && h('p', { role: 'status' }, action ? said.form : said.preparing),
    told && alert(told),
    form === 'failed'
      ? h('button', { type: 'button', onClick: again, className: buttonClassName }, said.again)
      : h('button', { type: 'button', disabled: off, onClick, className: buttonClassName }, children),
  );
}
