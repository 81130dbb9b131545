import path from 'node:path';

/** In the order in which they are installed. */
export const RISK_SQL = [
  ...[
    'ask',
    'counters',
    'lists',
    'listed',
    'disposable',
    'attack',
    'signals',
    'judge',
    'rules',
    'decide',
    'outcomes',
    'settle',
    'forget',
    'decision-code',
  ],
].map((name) => path.join(__dirname, `${name}.sql`));
