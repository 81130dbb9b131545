// What the client uses of Stripe.js, held against the types that Stripe publishes: a wrong call does not build.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..', '..');
// Beside the types, so that they are found by their name; installed by scripts/test-web.mjs.
const FOLDER = path.join(ROOT, 'tools', 'sheet-types', 'node_modules');
const SHEET = path.join(ROOT, 'packages', 'client', 'src', 'stripe', 'sheet');

/** @returns what the compiler says, nothing when it is content */
function compiled(text: string): string {
  const file = path.join(FOLDER, 'held.ts');
  const held = `import type { Stripe, StripeElements } from '@stripe/stripe-js';
    import type { StripeJs } from '${SHEET}';
    declare const published: Stripe;
    ${text}`;
  fs.writeFileSync(file, held);
  const flags =
    '--ignoreConfig --noEmit --strict --skipLibCheck --allowImportingTsExtensions --lib es2023,dom';
  const modules = '--module esnext --moduleResolution bundler';
  try {
    const compiler = path.join(ROOT, 'node_modules', '.bin', 'tsc');
    const words = [...`${flags} ${modules}`.split(' '), '--types', '', file];
    execFileSync(compiler, words, { encoding: 'utf8' });
    return '';
  } catch (error) {
    return String((error as { stdout?: string }).stdout);
  } finally {
    fs.rmSync(file);
  }
}

it('calls Stripe.js as its published types say', () => {
  expect(compiled('export const used: StripeJs<StripeElements> = published;')).toBe('');
});

it('would not build with a call that they do not know', () => {
  const wrong = `interface Wrong extends Omit<StripeJs<StripeElements>, 'confirmPayment'> {
      readonly confirmPayment: (options: { elements: StripeElements; confirmParams: { return_to: string }; redirect: 'if_required' }) => unknown;
    }
    export const used: Wrong = published;`;
  expect(compiled(wrong)).toContain('return_to');
});
