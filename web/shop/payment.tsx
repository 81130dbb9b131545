import type { Checkout } from '@credits-gateway/client';
import type { Purchase } from '@credits-gateway/react';
import { useRef, useState } from 'react';
import { ProviderSheet } from './provider-sheet';

/** From the open intent to its end. */
export function Payment(purchase: Purchase) {
  const { phase, intent, live } = purchase;
  if (!intent) return null;
  return (
    <div className="card payment" data-phase={phase}>
      <p className="what">
        <b>{intent.creditsAmount} credits</b> <span>{intent.amount.formatted}</span>
      </p>
      {phase === 'pay' ? <Sheet {...purchase} /> : <Progress {...purchase} />}
      {!live && (
        <p className="quiet" role="status">
          Reconnecting… nothing is lost, the status continues where it was.
        </p>
      )}
      <p className="id">
        <code>{intent.id}</code> <a href={`/console/payments/${intent.id}`}>in the console</a>
      </p>
    </div>
  );
}

function Sheet({ intent, decline, trouble, checkout }: Purchase) {
  const action = intent?.nextAction;
  const [failed, setFailed] = useState<string | null>(null);
  const told = trouble?.message ?? failed ?? decline;
  return (
    <>
      {told && (
        <p className="bad" role="alert">
          {told}{' '}
          {decline && (intent?.failure?.retryable === false ? 'Use another card.' : 'You can try again.')}
        </p>
      )}
      {!action && (
        <p role="status" className="busy">
          Preparing the payment…
        </p>
      )}
      {action?.__typename === 'MockConfirm' && <MockSheet outcomes={action.outcomes} checkout={checkout} />}
      {action && action.__typename !== 'MockConfirm' && (
        <ProviderSheet action={action} checkout={checkout} failed={setFailed} />
      )}
      <button type="button" className="plain" onClick={() => void checkout.cancel()}>
        Cancel
      </button>
    </>
  );
}

function MockSheet({
  outcomes,
  checkout,
}: {
  readonly outcomes: readonly string[];
  readonly checkout: Checkout;
}) {
  const pressed = useRef(false);
  const play = (outcome: string) => {
    if (pressed.current) return;
    pressed.current = true;
    void checkout.simulate(outcome).finally(() => {
      pressed.current = false;
    });
  };
  return (
    <>
      <p className="quiet">Simulated bank: no real money moves, and nothing is loaded from elsewhere.</p>
      <button type="button" onClick={() => play('succeed')}>
        Pay
      </button>
      <fieldset>
        <legend>Or let the bank do something else</legend>
        {outcomes
          .filter((outcome) => outcome !== 'succeed')
          .map((outcome) => (
            <button
              type="button"
              className="plain small"
              key={outcome}
              data-outcome={outcome}
              onClick={() => play(outcome)}
            >
              {outcome.replaceAll('_', ' ')}
            </button>
          ))}
      </fieldset>
    </>
  );
}

function Progress({ phase, intent, checkout }: Purchase) {
  const again = (
    <button type="button" className="plain" onClick={() => checkout.restart()}>
      {phase === 'succeeded' ? 'Buy more' : 'Back to the packages'}
    </button>
  );
  if (phase === 'waiting')
    return (
      <p className="busy" role="status">
        Confirming the payment…
      </p>
    );
  if (phase === 'slow')
    return (
      <>
        <p className="busy" role="status">
          This takes longer than usual. You may close this page: the credits come by themselves.
        </p>
        <button type="button" className="plain" onClick={() => void checkout.sync()}>
          Ask the bank now
        </button>
      </>
    );
  if (phase === 'succeeded')
    return (
      <>
        <p className="good" role="status">
          {intent?.creditsAdded} credits added
        </p>
        {again}
      </>
    );
  if (phase === 'canceled')
    return (
      <>
        <p role="status">Canceled. Nothing was charged.</p>
        {again}
      </>
    );
  return (
    <>
      <p className="bad" role="alert">
        {intent?.failure?.message ?? 'The payment did not go through.'}
      </p>
      {again}
    </>
  );
}
