import { en as texts } from '@credits-gateway/client/texts';
import { PaymentSheet, type Purchase } from '@credits-gateway/react';
import { useRef } from 'react';

/** From the open intent to its end. */
export function Payment(purchase: Purchase) {
  const { phase, intent, live } = purchase;
  if (!intent) return null;
  return (
    <div className="card payment" data-phase={phase}>
      <p className="what" data-next={phase === 'pay' || undefined} tabIndex={-1}>
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

function Sheet(purchase: Purchase) {
  const { intent, checkout } = purchase;
  const isMock = intent?.nextAction?.__typename === 'MockConfirm';
  return (
    <>
      {isMock ? (
        <MockSheet {...purchase} outcomes={intent.nextAction.outcomes} />
      ) : (
        <PaymentSheet purchase={purchase} className="provider">
          {texts.pay}
        </PaymentSheet>
      )}
      <button type="button" className="plain" onClick={() => void checkout.cancel()}>
        {texts.cancel}
      </button>
    </>
  );
}

interface MockSheetProps extends Purchase {
  readonly outcomes: readonly string[];
}

function MockSheet({ outcomes, intent, decline, trouble, live, checkout }: MockSheetProps) {
  const what = intent?.failure?.retryable === false ? texts.tryOther : texts.tryAgain;
  const told = trouble?.message ?? (decline && `${decline} ${what}`);
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
      {told && (
        <p className="bad" role="alert">
          {told}
        </p>
      )}
      <p className="quiet">Simulated bank: no real money moves, and nothing is loaded from elsewhere.</p>
      <button type="button" disabled={!live} onClick={() => play('succeed')}>
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
              disabled={!live}
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
      <p className="busy" role="status" data-next tabIndex={-1}>
        {texts.confirming}
      </p>
    );
  if (phase === 'slow')
    return (
      <>
        <p className="busy" role="status" data-next tabIndex={-1}>
          {texts.slow}
        </p>
        <button type="button" className="plain" onClick={() => void checkout.sync()}>
          {texts.ask}
        </button>
      </>
    );
  if (phase === 'succeeded')
    return (
      <>
        <p className="good" role="status" data-next tabIndex={-1}>
          {intent?.creditsAdded} credits added
        </p>
        {intent?.receiptPath && (
          <p>
            <a href={intent.receiptPath} target="_blank" rel="noreferrer">
              {texts.receipt}
            </a>
          </p>
        )}
        {again}
      </>
    );
  if (phase === 'canceled')
    return (
      <>
        <p role="status" data-next tabIndex={-1}>
          {texts.canceled}
        </p>
        {again}
      </>
    );
  return (
    <>
      <p className="bad" role="alert" data-next tabIndex={-1}>
        {intent?.failure?.message ?? texts.failed}
      </p>
      {again}
    </>
  );
}
