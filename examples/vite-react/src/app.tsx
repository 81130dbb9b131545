import { useBalance } from '@credits-gateway/react';
import { Buy } from './buy';
import { PaletteMaker } from './palette';

export function App() {
  const { balance, live } = useBalance();
  return (
    <>
      <header>
        <h1>Palettes</h1>
        <output aria-live="polite" data-live={live}>
          <b>{balance?.available ?? '…'}</b> credits
        </output>
      </header>
      <main>
        <PaletteMaker />
        <Buy />
      </main>
    </>
  );
}
