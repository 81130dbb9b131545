import type { Purchase } from '@credits-gateway/react';

/** What is on sale. One click makes one purchase. */
export function Packages({ packages, phase, trouble, checkout }: Purchase) {
  if (packages.length === 0 && trouble)
    return (
      <div className="card" role="alert">
        <p className="bad">{trouble.message}</p>
        <button type="button" onClick={() => void checkout.load()}>
          Try again
        </button>
      </div>
    );
  if (packages.length === 0)
    return (
      <div className="grid" aria-busy="true">
        {[1, 2, 3, 4].map((key) => (
          <div key={key} className="card empty" />
        ))}
      </div>
    );
  const best = packages.reduce((top, item) => (item.savingsPercent > top.savingsPercent ? item : top));
  return (
    <>
      <h1>Buy credits</h1>
      {trouble && (
        <p className="bad" role="alert">
          {trouble.message}
        </p>
      )}
      <div className="grid">
        {packages.map((item, index) => (
          <article key={item.id} className={item === best ? 'card best' : 'card'}>
            <h2>{item.name}</h2>
            <p className="credits">
              {item.credits} <small>credits</small>
              {item.bonusCredits !== null && <small className="bonus"> +{item.bonusCredits} bonus</small>}
            </p>
            <p className="saving">{item.savingsPercent > 0 ? `Save ${item.savingsPercent}%` : ' '}</p>
            <button
              type="button"
              data-next={index === 0 || undefined}
              disabled={phase === 'creating'}
              aria-label={`Buy ${item.credits} credits for ${item.price.formatted}`}
              onClick={() => void checkout.buy(item.id)}
            >
              {item.price.formatted}
            </button>
          </article>
        ))}
      </div>
    </>
  );
}
