// A purchase, from the packages to its end, as the hook tells it.
import { PaymentSheet, type Purchase, usePurchase } from '@credits-gateway/react';

export function Buy() {
  const purchase = usePurchase();
  return (
    <section aria-labelledby="buy">
      <h2 id="buy">Buy credits</h2>
      {purchase.intent && (
        <p className="what">
          <b>{purchase.intent.creditsAmount} credits</b> {purchase.intent.amount.formatted}
        </p>
      )}
      <Step {...purchase} />
      {/* The sheet says itself what went wrong in it. */}
      {purchase.trouble && purchase.phase !== 'pay' && <p role="alert">{purchase.trouble.message}</p>}
    </section>
  );
}

function Step(purchase: Purchase) {
  const { phase, intent, checkout } = purchase;
  switch (phase) {
    case 'choose':
    case 'creating':
      return <Packages {...purchase} />;
    case 'pay':
      return (
        <>
          <PaymentSheet purchase={purchase} className="sheet" />
          <button type="button" className="plain" onClick={() => checkout.cancel()}>
            Cancel
          </button>
        </>
      );
    case 'waiting':
      return <p role="status">Confirming the payment…</p>;
    case 'slow':
      return (
        <p role="status">
          This takes longer than usual. You may close this page: the credits come by themselves.
        </p>
      );
    case 'succeeded':
      return <End says={`${intent?.creditsAdded} credits added.`} next="Buy more" then={checkout.restart} />;
    case 'canceled':
      return (
        <End says="Canceled. Nothing was charged." next="Back to the packages" then={checkout.restart} />
      );
    case 'failed':
      return (
        <End
          says={intent?.failure?.message ?? 'The payment did not go through.'}
          next="Back to the packages"
          then={checkout.restart}
        />
      );
  }
}

function Packages({ packages, phase, trouble, checkout }: Purchase) {
  if (packages.length === 0)
    return trouble ? (
      <button type="button" onClick={() => checkout.load()}>
        Try again
      </button>
    ) : (
      <p role="status">Loading…</p>
    );
  return (
    <ul className="packages">
      {packages.map(({ id, name, credits, price }) => (
        <li key={id}>
          <span>
            <b>{credits} credits</b>
            <small>{name}</small>
          </span>
          <button
            type="button"
            disabled={phase === 'creating'}
            onClick={() => checkout.buy(id)}
            aria-label={`Buy ${credits} credits for ${price.formatted}`}
          >
            {price.formatted}
          </button>
        </li>
      ))}
    </ul>
  );
}

interface EndProps {
  readonly says: string;
  readonly next: string;
  readonly then: () => void;
}

const End = ({ says, next, then }: EndProps) => (
  <>
    <p role="status">{says}</p>
    <button type="button" className="plain" onClick={then}>
      {next}
    </button>
  </>
);
