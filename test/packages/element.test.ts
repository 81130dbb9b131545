// The tag as npm installs it into an empty folder: importable where there is no page, and typed for pages and for JSX. What it
// does in a page is in test/web/element.test.ts.
import fs from 'node:fs';
import path from 'node:path';
import { exampleOf, type Installed, install } from './installed';

const TYPES = path.resolve(__dirname, '..', '..', 'node_modules', '@types');
let product: Installed;

beforeAll(() => {
  product = install(['client', 'element'], ['graphql-ws', 'graphql']);
  fs.symlinkSync(TYPES, path.join(product.folder, 'node_modules', '@types'));
});
afterAll(() => product.remove());

it('is loaded where there is no HTMLElement, by import and by require', () => {
  const use = 'console.log(typeof globalThis.HTMLElement, BuyCredits.name)';
  expect(product.run('a.mjs', `import { BuyCredits } from '@credits-gateway/element'; ${use}`)).toBe(
    'undefined BuyCredits',
  );
  expect(product.run('a.cjs', `const { BuyCredits } = require('@credits-gateway/element'); ${use}`)).toBe(
    'undefined BuyCredits',
  );
});

const PAGE = ['--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2023,dom'];

it('the example of its README compiles, where React is not installed too', () => {
  const bare = install(['client', 'element'], ['graphql-ws', 'graphql']);
  bare.compile('a.ts', exampleOf('element', 'ts'), [...PAGE, '--types', '']);
  bare.remove();
});

it('types its events and properties', () => {
  const use = `import '@credits-gateway/element';
    const tag = document.createElement('buy-credits');
    tag.tokenProvider = async () => 't';
    tag.addEventListener('credits:succeeded', ({ detail }) => detail.creditsAdded?.toFixed());
    window.addEventListener('credits:canceled', ({ detail }) => detail.status satisfies string);
    // @ts-expect-error: an intent has no such field
    document.addEventListener('credits:failed', ({ detail }) => detail.reason);
    // @ts-expect-error: a token is text
    tag.tokenProvider = () => 1;`;
  product.compile('b.ts', use, [...PAGE, '--types', '']);
});

it.each(['', "import '@credits-gateway/element/jsx';"])(
  'types the tag in JSX, once asked for (%s)',
  (asked) => {
    const use = `${asked}
    import { useRef } from 'react';
    import type { BuyCredits } from '@credits-gateway/element';
    export function Page() {
      const tag = useRef<BuyCredits>(null);
      return <buy-credits ref={tag} endpoint="https://pay.example.com" token-provider="/token" currency="INR" />;
    }`;
    const compile = () => product.compile('c.tsx', use, [...PAGE, '--jsx', 'react-jsx', '--types', 'react']);
    if (asked) expect(compile).not.toThrow();
    else expect(compile).toThrow(/JSX\.IntrinsicElements/);
  },
);
