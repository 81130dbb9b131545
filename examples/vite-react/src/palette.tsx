import { type FormEvent, useRef, useState } from 'react';
import { makePalette } from './back-end';

/** What the credits are for. The balance above is live: nobody has to tell it that some were spent. */
export function PaletteMaker() {
  const [word, setWord] = useState('Harbour');
  const [colours, setColours] = useState<readonly string[]>([]);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  // It stays until there is an answer, so that trying again never pays twice.
  const id = useRef<string>(null);

  async function make(event: FormEvent) {
    event.preventDefault();
    setIsBusy(true);
    id.current ??= crypto.randomUUID();
    const palette = await makePalette(id.current, word);
    if (palette.message === undefined) setColours(palette.colours);
    if (palette.message === undefined || !palette.isPaidOnce) id.current = null;
    setTrouble(palette.message ?? null);
    setIsBusy(false);
  }

  return (
    <section aria-labelledby="make">
      <h2 id="make">Make a palette</h2>
      <form onSubmit={make}>
        <input
          aria-label="A word"
          value={word}
          onChange={(event) => setWord(event.target.value)}
          maxLength={30}
          required
        />
        <button type="submit" disabled={isBusy}>
          Make it for 2 credits
        </button>
      </form>
      {trouble && <p role="alert">{trouble}</p>}
      <ul className="palette" aria-label="Your palette">
        {colours.map((colour) => (
          <li key={colour} style={{ background: colour }} aria-label={colour} />
        ))}
      </ul>
    </section>
  );
}
