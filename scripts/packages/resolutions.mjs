// The types of the browser's packages under every way in which TypeScript finds them, with the types of React 18 and 19, by a
// compiler that still knows node10; and the hooks on a server of React 18. Each use has a line that has to be refused.
import fs from 'node:fs';
import path from 'node:path';
import { ofGateway, ofTools, productWith } from './product.mjs';
import { run } from './run.mjs';

// JSX has no ending of its own for each module system: the folder says which it is.
const WAYS = [
  { moduleResolution: 'node10', module: 'commonjs', type: 'commonjs' },
  { moduleResolution: 'node16', module: 'node16', type: 'module' },
  { moduleResolution: 'node16', module: 'node16', type: 'commonjs' },
  { moduleResolution: 'nodenext', module: 'nodenext', type: 'module' },
  { moduleResolution: 'nodenext', module: 'nodenext', type: 'commonjs' },
  { moduleResolution: 'bundler', module: 'esnext', type: 'module' },
];

const USE = `
import * as React from 'react';
import { createCheckout, createGateway } from '@credits-gateway/client';
import { sheets } from '@credits-gateway/client/sheets';
import { GatewayProvider, useBalance, usePackages, usePurchase } from '@credits-gateway/react';
import { BuyCredits } from '@credits-gateway/element';
import '@credits-gateway/element/jsx';

const gateway = createGateway({ token: () => 't', sheets });
createCheckout({ gateway }).state.intent?.amount.formatted.trim();
export function Buy() {
  const { balance } = useBalance({ suspense: true });
  const { packages } = usePackages();
  const { phase, checkout } = usePurchase({ currency: 'INR' });
  const tag = React.useRef<BuyCredits>(null);
  React.useEffect(() => {
    if (tag.current) tag.current.tokenProvider = async () => 't';
    tag.current?.addEventListener('credits:succeeded', ({ detail }) => detail.creditsAdded?.toFixed());
    document.addEventListener('credits:failed', ({ detail }) => detail.failure?.message.trim());
    document.querySelector('buy-credits')?.tokenProvider;
  }, []);
  // @ts-expect-error: without suspense they may not be there yet
  packages.length;
  return (
    <GatewayProvider gateway={gateway}>
      {balance.available} {packages?.length} {phase} <button onClick={() => void checkout.buy('small')}>Buy</button>
      <buy-credits ref={tag} endpoint="https://pay.example.com" token-provider="/token" theme="dark" />
      {/* @ts-expect-error: no such theme */}
      <buy-credits theme="pink" />
    </GatewayProvider>
  );
}
`;

const SERVER = `
import { createElement as h } from 'react';
import { renderToString } from 'react-dom/server';
import { createGateway } from '@credits-gateway/client';
import { GatewayProvider, useBalance, usePackages, usePurchase } from '@credits-gateway/react';
import '@credits-gateway/element';
const gateway = createGateway({ url: 'http://127.0.0.1:1', token: () => { throw new Error('a server asked'); } });
function Buy() {
  const { balance, live } = useBalance();
  return h('p', null, String(balance), String(usePackages().packages), usePurchase().phase, String(live));
}
console.log(renderToString(h(GatewayProvider, { gateway }, h(Buy))).replace(/<!-- -->/g, ' '));
`;

const flagsOf = (moduleResolution, module) => [
  ...['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2023,dom,dom.iterable', '--jsx', 'react-jsx'],
  ...['--skipLibCheck', 'false', '--esModuleInterop', '--types', 'react'],
  ...['--module', module, '--moduleResolution', moduleResolution],
];

const PACKAGES = ['client', 'react', 'element'];
const linksFor = (version) => ({
  'graphql-ws': ofGateway('graphql-ws'),
  graphql: ofGateway('graphql'),
  '@types/react': ofTools(`@types/react-${version}`),
});

/** The checks, by what they say. */
export function resolutions(tarballs, from) {
  const tsc = path.join(ofTools('typescript'), 'bin', 'tsc');
  const ofTypes = [18, 19].flatMap((version) => {
    const folder = productWith(PACKAGES, linksFor(version), tarballs, from);
    fs.writeFileSync(path.join(folder, 'use.tsx'), USE);
    return WAYS.map(({ moduleResolution, module, type }) => [
      `types of React ${version}, ${moduleResolution} from ${type}`,
      () => {
        fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type }));
        run(process.execPath, [tsc, ...flagsOf(moduleResolution, module), 'use.tsx'], folder);
      },
    ]);
  });
  return [...ofTypes, ['on a server of React 18', () => onServer(tarballs, from)]];
}

function onServer(tarballs, from) {
  const links = { ...linksFor(18), react: ofTools('react-18'), 'react-dom': ofTools('react-dom-18') };
  const folder = productWith(PACKAGES, links, tarballs, from);
  fs.writeFileSync(path.join(folder, 'server.mjs'), SERVER);
  const flags = ['--preserve-symlinks', '--preserve-symlinks-main'];
  const printed = run(process.execPath, [...flags, 'server.mjs'], folder).trim();
  if (printed !== '<p>null null choose false</p>') throw new Error(`it rendered ${printed}`);
}
