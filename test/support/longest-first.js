// The order of the test files: those that take longest begin first, so that two workers end together. The others come as
// Jest has them: by how long they took the last time on this machine, or by their size where nothing is known.
const fs = require('node:fs');
const path = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

const TESTS = path.resolve(__dirname, '..');

// Half a minute and more on a small machine: gateways that are started again and again, and waiting.
const LONGEST = [
  ...[
    'journeys/slow-streams',
    'web/console-finance',
    'web/console-roles',
    'web/console-payments',
    'web/console-light',
  ],
  ...[
    'web/console-dark',
    'server/burst',
    'journeys/deliveries',
    'journeys/token-shapes',
    'crash/matrix',
    'webhooks/rate',
  ],
  ...[
    'concurrency/same-key',
    'processes/silence',
    'journeys/clock-by-day',
    'journeys/unapplied',
    'journeys/books',
  ],
  ...[
    'journeys/unheard-disputes',
    'limits/pace',
    'server/pace',
    'property/ledger',
    'processes/answers',
    'crash/faults',
  ],
  ...['journeys/modes', 'journeys/first-minutes', 'journeys/live', 'journeys/limits', 'deliveries/sender'],
].map((name) => path.join(TESTS, `${name}.test.ts`));

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const gone = LONGEST.filter((file) => !fs.existsSync(file));
    if (gone.length > 0) throw new Error(`${__filename} names what is not there: ${gone}`);
    const place = ({ path: file }) => (LONGEST.includes(file) ? LONGEST.indexOf(file) : LONGEST.length);
    return super.sort(tests).sort((one, other) => place(one) - place(other));
  }
};
