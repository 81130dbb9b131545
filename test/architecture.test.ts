// The house rules that a compiler cannot see: imports run down the layers, nothing goes round in a circle, and files
// stay small enough to be read.
import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');
const SRC = path.join(ROOT, 'src');
const PACKAGES = path.join(ROOT, 'packages');

// From the ground up. Layers on one line do not know each other.
const LAYERS = [
  ['kernel'],
  ['telemetry'],
  ['db'],
  ['events'],
  ['callers'],
  ['jobs'],
  ['users'],
  ['limits'],
  ['idempotency'],
  ['providers'],
  ['packages'],
  ['ledger'],
  ['wallets'],
  ['credits'],
  ['grants'],
  ['risk'],
  ['payments'],
  ['intents'],
  ['refunds'],
  ['disputes'],
  ['receipts'],
  ['reviews'],
  ['webhooks'],
  ['deliveries'],
  ['reconciliation'],
  ['reports'],
  ['clock'],
  ['graphql'],
  ['http'],
  ['app'],
  ['cli'],
  ['main'],
];
const LINES_MAX = 250;
/** A run of reconciliation uses all that it is given; the work on webhook events hands each to the feature that it is about. */
const WHOLE_SETS: readonly string[] = [
  'src/reconciliation/run.ts',
  'src/webhooks/money-back.ts',
  'src/webhooks/work.ts',
];
/** The engine of the background work; besides it what follows a stream and what looks after sockets. */
const ROUNDS: readonly string[] = [
  'src/events/tail.ts',
  ...['sessions', 'slow-readers', 'socket-protocol'].map((file) => `src/http/${file}.ts`),
  ...['look', 'run-loops'].map((file) => `src/jobs/${file}.ts`),
];

interface Source {
  readonly file: string;
  readonly layer: string;
  readonly lines: number;
  /** Absolute files. */
  readonly imports: readonly string[];
  readonly packages: readonly string[];
}

const filesUnder = (directory: string, ending: RegExp): string[] =>
  fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile() && ending.test(item.name))
    .map((item) => path.join(item.parentPath, item.name));

const layerOf = (file: string) => path.relative(SRC, file).split(path.sep)[0]?.replace(/\.ts$/, '') ?? '';
const levelOf = (layer: string) => LAYERS.findIndex((layers) => layers.includes(layer));

function read(file: string): Source {
  const text = fs.readFileSync(file, 'utf8');
  const targets = [...text.matchAll(/(?:from|import|require\()\s*['"]([^'"]+)['"]/g)].map(
    (match) => match[1] ?? '',
  );
  const resolved = targets
    .filter((target) => target.startsWith('.'))
    .map((target) => path.resolve(path.dirname(file), target));
  return {
    file,
    layer: layerOf(file),
    lines: text.split('\n').length - 1,
    imports: resolved.map(fileOf),
    packages: targets.filter((target) => !target.startsWith('.')),
  };
}

/** Sources that are built as ES modules name their files in full. */
function fileOf(target: string): string {
  if (/\.(ts|json)$/.test(target)) return target;
  return fs.existsSync(`${target}.ts`) ? `${target}.ts` : path.join(target, 'index.ts');
}

const ofGateway = filesUnder(SRC, /\.ts$/).map(read);
const ofPackages = fs
  .readdirSync(PACKAGES)
  .flatMap((name) => filesUnder(path.join(PACKAGES, name, 'src'), /\.ts$/))
  .map(read);
const sources = [...ofGateway, ...ofPackages];
const name = (file: string) => path.relative(ROOT, file);
/** Written by a script, from what people write and read. */
const isMade = (file: string) => fs.readFileSync(file, 'utf8').startsWith('// Made by scripts/');

describe('The house', () => {
  it('has no folder that the layers do not name', () => {
    const unknown = [...new Set(ofGateway.map((source) => source.layer))].filter(
      (layer) => levelOf(layer) < 0,
    );
    expect(unknown).toEqual([]);
  });

  it('imports downwards only', () => {
    const upward = ofGateway.flatMap((source) =>
      source.imports
        .filter(
          (target) => layerOf(target) !== source.layer && levelOf(layerOf(target)) >= levelOf(source.layer),
        )
        .map((target) => `${name(source.file)} -> ${name(target)}`),
    );
    expect(upward).toEqual([]);
  });

  it('has packages that know nothing of the gateway, and that it knows by their names', () => {
    const packageOf = (file: string) => /^packages\/[^/]+\/src\//.exec(name(file))?.[0];
    const strays = sources.flatMap((source) =>
      source.imports
        .filter((target) => packageOf(target) !== packageOf(source.file))
        .map((target) => `${name(source.file)} -> ${name(target)}`),
    );
    expect(strays).toEqual([]);
    expect(ofPackages.filter(({ packages }) => packages.includes('credits-gateway'))).toEqual([]);
  });

  it('imports files that exist', () => {
    const missing = sources.flatMap((source) => source.imports.filter((target) => !fs.existsSync(target)));
    expect(missing.map(name)).toEqual([]);
  });

  it('has no circle of imports that exist at run time', () => {
    expect(circles()).toEqual([]);
  });

  it(`has no file of more than ${LINES_MAX} lines`, () => {
    const long = sources
      .filter((source) => source.lines > LINES_MAX && !isMade(source.file))
      .map((source) => `${name(source.file)}: ${source.lines}`);
    expect(long).toEqual([]);
  });

  it('keeps type-graphql in graphql/ and each SDK in its own adapter', () => {
    const strays = sources.flatMap((source) =>
      source.packages
        .filter(
          (target) =>
            (target === 'type-graphql' && !['graphql', 'cli'].includes(source.layer)) ||
            (target === 'stripe' && !source.file.includes(`${path.sep}providers${path.sep}stripe`)) ||
            (target === 'razorpay' && !source.file.includes(`${path.sep}providers${path.sep}razorpay`)),
        )
        .map((target) => `${name(source.file)} -> ${target}`),
    );
    expect(strays).toEqual([]);
  });

  it('has no drawers: no utils, helpers, managers or index files', () => {
    const drawers = sources.filter(({ file }) =>
      /(util|helper|manager|common|[/\\]index)s?\.ts$/i.test(file),
    );
    expect(drawers.map(({ file }) => name(file))).toEqual([]);
  });

  it('has one engine for work that comes round: no loop or timer of its own but what ends with a request or a socket', () => {
    const rounds = ofGateway
      .filter(({ file }) => /while \(.*aborted|setInterval\(/.test(fs.readFileSync(file, 'utf8')))
      .map(({ file }) => name(file));
    expect(rounds.sort()).toEqual(ROUNDS);
  });

  it('keeps nothing in an AsyncLocalStorage, from whose first use on Node 20 follows every promise of the process', () => {
    const followed = sources
      .filter(({ file }) => /new AsyncLocalStorage|createHook\(/.test(fs.readFileSync(file, 'utf8')))
      .map(({ file }) => name(file));
    expect(followed).toEqual([]);
  });

  it('has no use case that asks for all that its feature has, but those that hand all of it on', () => {
    const whole = ofGateway
      .filter(({ layer }) => !['graphql', 'http', 'app', 'cli'].includes(layer))
      .filter(({ file }) => !file.endsWith('deps.ts'))
      .filter(({ file }) =>
        /: (Intent|Refund|Reconciliation|Credit|Delivery|Job)Deps\b/.test(fs.readFileSync(file, 'utf8')),
      )
      .map(({ file }) => name(file));
    expect(whole.sort()).toEqual(WHOLE_SETS);
  });

  it('speaks of the product alone: no path of one machine, no work left for later', () => {
    const texts = ['src', 'packages', 'migrations', 'docs', 'schema', 'bench', 'storm', 'scripts'].flatMap(
      (directory) => filesUnder(path.join(ROOT, directory), /\.(ts|mjs|sql|md|graphql)$/),
    );
    const bad = texts.filter((file) =>
      /\b(TODO|FIXME|XXX)\b|\/(work|root|farm)\//.test(fs.readFileSync(file, 'utf8')),
    );
    expect(bad.map(name)).toEqual([]);
  });
});

/** Circles among imports that survive compilation; `import type` makes none. */
function circles(): string[] {
  const graph = new Map(sources.map((source) => [source.file, runtimeImports(source.file)]));
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) found.push([...trail.slice(at), file].map(name).join(' -> '));
    if (at >= 0 || done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

function runtimeImports(file: string): string[] {
  const text = fs.readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export)\s(?!type\b)([^;]*?)from\s*['"](\.[^'"]+)['"]/gms)]
    .filter((match) => {
      const names = /^\{([^}]*)\}\s*$/s.exec((match[1] ?? '').trim())?.[1];
      // `import { type A, type B }` leaves nothing behind.
      return (
        !names || names.split(',').some((item) => item.trim() !== '' && !item.trim().startsWith('type '))
      );
    })
    .map((match) => fileOf(path.resolve(path.dirname(file), match[2] ?? '')));
}

it('No statement that keeps its name selects every column of a table, which a migration may change', () => {
  const stars = filesUnder(SRC, /\.ts$/).flatMap((file) =>
    [...fs.readFileSync(file, 'utf8').matchAll(/\bname: '\w+',\s*text: (['`])([\s\S]*?)\1/g)]
      .map(([, , text]) => text ?? '')
      // What a function answers is its own declaration.
      .filter(
        (text) => /(select|,|\bord)\s+(\w+\.|\(\w+\.\w+\)\.)?\*/.test(text) && !/\*\s+from \w+\(/.test(text),
      )
      .map((text) => `${file}: ${text}`),
  );
  expect(stars).toEqual([]);
});
