// What a front end writes to get what is on the left.
const CODE = {
  react: `import { GatewayProvider, PaymentSheet, usePurchase } from '@credits-gateway/react';

export const Shop = ({ userId, token }) => (
  <GatewayProvider key={userId} url="${location.origin}" token={() => token}>
    <BuyCredits />
  </GatewayProvider>
);

function BuyCredits() {
  const purchase = usePurchase();
  const { phase, packages, intent, decline, checkout } = purchase;

  if (phase === 'choose')
    return packages.map((item) => (
      <button key={item.id} onClick={() => checkout.buy(item.id)}>
        {item.credits} credits, {item.price.formatted}
      </button>
    ));
  if (phase === 'pay') return <PaymentSheet purchase={purchase}>Pay</PaymentSheet>;
  if (phase === 'waiting') return <p>Confirming the payment…</p>;
  if (phase === 'slow') return <p>You may close this page.</p>;
  if (phase === 'succeeded') return <p>{intent.creditsAdded} added</p>;
  return <p>{decline ?? 'Nothing was charged.'}</p>;
}`,
  element: `<script type="module" src="${location.origin}/checkout/buy-credits.js"></script>

<buy-credits
  endpoint="${location.origin}"
  token-provider="/api/credits-token">
</buy-credits>

<script type="module">
  document.querySelector('buy-credits')
    .addEventListener('credits:succeeded', ({ detail }) => {
      console.log(detail.creditsAdded, 'credits added');
    });
</script>

<!-- POST /api/credits-token is yours: it answers {"token": "…"}
     for whoever is signed in. -->`,
  client: `import { createCheckout } from '@credits-gateway/client';

const checkout = createCheckout({
  url: '${location.origin}',
  token: () => fetchToken(),
});

checkout.subscribe(() => render(checkout.state));
await checkout.load();            // packages, or the open purchase
await checkout.buy('medium');     // the same intent on a second click

// Mock mode only. Elsewhere the sheet named by
// checkout.state.intent.nextAction takes the payment.
await checkout.simulate('succeed');`,
} as const;

const NAMES = { react: 'React', element: 'HTML element', client: 'Any framework' } as const;

interface CodeProps {
  readonly way: keyof typeof CODE;
  readonly choose: (way: keyof typeof CODE) => void;
}

export function Code({ way, choose }: CodeProps) {
  return (
    <section aria-label="The code behind it" className="code">
      <div className="tabs">
        {(Object.keys(CODE) as (keyof typeof CODE)[]).map((name) => (
          <button type="button" key={name} aria-pressed={way === name} onClick={() => choose(name)}>
            {NAMES[name]}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre tabIndex={0}>{CODE[way]}</pre>
    </section>
  );
}
