// docs/ledger.md names, beside each path of money back, the test that shows its numbers.
import fs from 'node:fs';
import path from 'node:path';

const read = (...parts: string[]) => fs.readFileSync(path.join(__dirname, '..', '..', ...parts), 'utf8');

test('every test that docs/ledger.md names about refunds, disputes and reviews exists', () => {
  const document = read('docs', 'ledger.md');
  const chapters = document.slice(
    document.indexOf('## A refund of'),
    document.indexOf('## What finance reads'),
  );
  // What stands between backticks, and is long enough to be a sentence.
  const named = chapters
    .split('`')
    .filter((_, at) => at % 2 === 1)
    // Several cases of one test share the beginning of their names.
    .map((name) => name.replace(/\s+/g, ' ').replace(/ …$/, ''))
    .filter((name) => name.length >= 30);
  const tests = ['refunds/refund', 'refunds/take-back', 'disputes/dispute', 'reviews/review']
    .map((name) => read('test', `${name}.test.ts`))
    .join('\n')
    .replaceAll('%s', 'answerLost');

  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((name) => !tests.includes(name))).toEqual([]);
});
