// A checkout of this repository with one provider more, Acme, made as docs/adding-a-provider.md says: its own folders, and its name in
// two lists. Acme speaks as Stripe does, under names, keys, addresses and a signature of its own, so that its folders are Stripe's
// with these exchanged.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(__dirname, '../../..');
const run = promisify(execFile);

/** What the gateway is built from, and what its pages are checked with. */
const PARTS = [
  'src',
  'packages/simulator',
  'packages/client',
  'packages/react',
  'packages/element',
  'migrations',
  'bench',
  'scripts',
  'web',
  'schema',
  'ormconfig.ts',
];
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

type Exchange = readonly [from: RegExp, to: string];

const EVERYWHERE: readonly Exchange[] = [
  // The SDK keeps its name.
  [/(?<!from )'stripe'/g, "'acme'"],
  [/STRIPE_/g, 'ACME_'],
  [/stripe-signature/g, 'acme-signature'],
  [/\b(js|hooks|api)\.stripe\.com/g, '$1.acme.example'],
  [/title: 'Stripe'/g, "title: 'Acme'"],
  [/export const stripe\b/g, 'export const acme'],
  [/\(sk\|rk\)/g, '(ak)'],
  [/\bsk_test_mock\b/g, 'ak_test_mock'],
  [/\bwhsec_development_only\w*/g, 'whsec_acme_of_a_test'],
];
const ADAPTER: readonly Exchange[] = [[/StripeConfirm/g, 'AcmeConfirm']];
const STAND_IN: readonly Exchange[] = [
  [/keys\.stripe\b/g, 'keys.acme'],
  [/`stripe:/g, '`acme:'],
  [/_stripe\b(?=[\s(])/g, '_acme'],
  [
    /claims: \(\) => false/,
    "claims: ({ headers }) => headers['authorization']?.startsWith('Bearer ak_') === true",
  ],
  [/playable: \{.*\}/, 'playable: {}'],
];

const SHEET: readonly Exchange[] = [
  [/Stripe/g, 'Acme'],
  [/stripe/g, 'acme'],
];

export interface Checkout {
  readonly root: string;
  /** The lines outside of Acme's own folders, by file. */
  readonly edited: Readonly<Record<string, number>>;
  remove(): void;
}

/** Makes it in a directory of its own, and builds it. */
export async function checkoutWithAcme(): Promise<Checkout> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'third-provider-'));
  for (const part of [...PARTS, ...SETTINGS])
    fs.cpSync(path.join(ROOT, part), path.join(root, part), { recursive: true, filter: isSource });
  linkPackages(root);
  copyAs(root, 'src/providers', [...EVERYWHERE, ...ADAPTER]);
  copyAs(root, 'packages/simulator/src', [...EVERYWHERE, ...STAND_IN]);
  copyAs(root, 'packages/client/src', SHEET);
  const edited = {
    ...enlist(root, 'src/providers/descriptors.ts', "import { acme } from './acme/descriptor';"),
    ...enlist(root, 'packages/simulator/src/providers.ts', "import { acme } from './acme/provider';"),
    ...enlist(root, 'packages/client/src/sheets.ts', "import { acme } from './acme.ts';"),
  };
  await run(process.execPath, ['scripts/build.mjs', '--force'], { cwd: root });
  return { root, edited, remove: () => fs.rmSync(root, { recursive: true, force: true }) };
}

/** What the compiler says against it, of the gateway and of its pages; empty: nothing. */
export async function typeFaults({ root }: Checkout): Promise<string> {
  await run(process.execPath, ['dist/src/cli/print-schema.js'], { cwd: root });
  await run(process.execPath, ['scripts/web-types.mjs'], { cwd: root });
  const compiler = path.join(ROOT, 'node_modules', '.bin', 'tsc');
  const check = (project: string) =>
    run(compiler, ['--noEmit', '--incremental', 'false', '-p', project], { cwd: root }).then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
  return (await check('tsconfig.build.json')) + (await check('web'));
}

const isSource = (file: string) => !/(^|\/)(dist|node_modules|gql)(\/|$)/.test(path.relative(ROOT, file));

// As an installation has them, but for the packages that are the checkout's own.
function linkPackages(root: string): void {
  const [from, to] = [path.join(ROOT, 'node_modules'), path.join(root, 'node_modules')];
  fs.mkdirSync(path.join(to, '@credits-gateway'), { recursive: true });
  for (const name of fs.readdirSync(from))
    if (name !== '@credits-gateway') fs.symlinkSync(path.join(from, name), path.join(to, name));
  for (const name of fs.readdirSync(path.join(root, 'packages')))
    fs.symlinkSync(path.join(root, 'packages', name), path.join(to, '@credits-gateway', name));
}

function copyAs(root: string, folder: string, exchanges: readonly Exchange[]): void {
  const place = path.join(root, folder);
  // A provider has a folder, and the pages a file of its name beside it.
  for (const file of fs.readdirSync(place, { recursive: true, encoding: 'utf8' })) {
    const from = path.join(place, file);
    if (!/^stripe(\/|\.ts$)/.test(file) || fs.statSync(from).isDirectory()) continue;
    const to = path.join(place, file.replace(/^stripe/, 'acme'));
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.writeFileSync(
      to,
      exchanges.reduce((text, [what, by]) => text.replace(what, by), fs.readFileSync(from, 'utf8')),
    );
  }
}

/** Adds Acme to a list of providers. @returns how many lines that took */
function enlist(root: string, file: string, line: string): Record<string, number> {
  const place = path.join(root, file);
  const before = fs.readFileSync(place, 'utf8');
  const after = `${line}\n${before.replace('{ stripe, razorpay }', '{ stripe, razorpay, acme }')}`;
  fs.writeFileSync(place, after);
  const known = new Set(before.split('\n'));
  return { [file]: after.split('\n').filter((one) => !known.has(one)).length };
}
