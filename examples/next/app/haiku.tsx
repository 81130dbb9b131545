'use client';

import { useRef, useState } from 'react';

/** What the credits are for. */
export function HaikuMaker() {
  const [lines, setLines] = useState<readonly string[]>([]);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  // It stays until there is an answer, so that trying again never pays twice.
  const id = useRef<string>(null);

  async function make() {
    setIsBusy(true);
    id.current ??= crypto.randomUUID();
    const response = await fetch('/api/haiku', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: id.current }),
    }).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (answer && response?.status !== 503) id.current = null;
    if (response?.ok && answer) setLines(answer.lines);
    setTrouble(response?.ok ? null : (answer?.message ?? 'The shop cannot be reached. Try again.'));
    setIsBusy(false);
  }

  return (
    <section aria-labelledby="make">
      <h2 id="make">Write a haiku</h2>
      <blockquote>
        {lines.length === 0 && <p className="quiet">It comes here.</p>}
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </blockquote>
      <button type="button" disabled={isBusy} onClick={make}>
        Write it for 3 credits
      </button>
      {trouble && <p role="alert">{trouble}</p>}
    </section>
  );
}
