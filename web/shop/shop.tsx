import { GatewayProvider, useBalance, usePurchase } from '@credits-gateway/react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Element } from './element';
import { Packages } from './packages';
import { Payment } from './payment';
import { solveCaptcha } from './solve-captcha';

// What is bought comes first.
const Code = lazy(async () => ({ default: (await import('./code')).Code }));

interface ShopProps {
  readonly token: string;
  readonly userId: string;
  readonly shoppers: readonly string[];
  readonly change: (userId: string) => void;
}

/** The whole demo: on the left what a user of your product sees, on the right what you would write for it. */
export function Shop({ token, userId, shoppers, change }: ShopProps) {
  const [way, setWay] = useState<'react' | 'element' | 'client'>('react');
  return (
    <GatewayProvider token={() => token}>
      <header>
        <strong>Credits shop</strong>
        <span className="badge">demo</span>
        <nav aria-label="Other pages">
          <a href="/console">Console</a>
          <a href="/explorer">Explorer</a>
        </nav>
        {shoppers.length > 0 && (
          <label className="who">
            Shopping as{' '}
            <select value={userId} onChange={(event) => change(event.target.value)}>
              {shoppers.map((id) => (
                <option key={id}>{id}</option>
              ))}
            </select>
          </label>
        )}
        <Balance />
      </header>
      <main>
        <section aria-label="Buy credits" className="shop">
          {way === 'element' ? <Element token={token} /> : <Purchase />}
        </section>
        <Suspense fallback={<section className="code" />}>
          <Code way={way} choose={setWay} />
        </Suspense>
      </main>
    </GatewayProvider>
  );
}

function Purchase() {
  const purchase = usePurchase({ solveCaptcha });
  const { phase } = purchase;
  const place = useRef<HTMLDivElement>(null);
  const isTouched = useRef(false);
  // Whoever pressed a button that is gone now goes on with what comes next.
  useEffect(() => {
    if (isTouched.current && document.activeElement === document.body)
      place.current?.querySelector<HTMLElement>('[data-next]')?.focus();
  }, [phase]);
  const touch = () => {
    isTouched.current = true;
  };
  const isChoosing = phase === 'choose' || phase === 'creating';
  return (
    <div ref={place} onClickCapture={touch}>
      {isChoosing ? <Packages {...purchase} /> : <Payment {...purchase} />}
    </div>
  );
}

function Balance() {
  const { balance, delta, live } = useBalance();
  const shown = useRef(0);
  if (delta) shown.current += 1;
  return (
    <output className="balance" aria-live="polite">
      <i className={live ? 'dot live' : 'dot'} title={live ? 'live' : 'reconnecting'} />
      <b>{balance?.credits ?? '…'}</b> credits
      {balance && balance.frozen > 0 ? <small> {balance.frozen} of them being checked</small> : null}
      {delta ? (
        <em key={shown.current}>
          {delta > 0 ? '+' : ''}
          {delta}
        </em>
      ) : null}
    </output>
  );
}
