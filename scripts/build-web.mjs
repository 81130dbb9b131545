// Builds the pages (console, explorer, shop, docs) and the drop-in checkout into dist/web when something changed.
// --background: at once back; a process of low priority builds, and the gateway shows the pages when they are there.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtFrom, fingerprint, root } from './fingerprint.mjs';

const target = path.join(root, 'dist', 'web');
const stamp = path.join(target, '.built');
// The gateway tells a visitor that the build failed, and where to read why.
const failure = path.join(root, 'dist', 'web-failed.log');
// What a screen's role may read and how a currency is written come from the gateway's own tables, and what is wrong with a document of rules from its reader.
const roles = ['src/graphql/required-roles.ts', 'src/callers/caller.ts', 'src/kernel/currencies.ts'];
const rules = ['src/risk/rules-document.ts', 'src/risk/signals.ts', 'src/kernel/problems.ts'];
const schema = ['schema/schema.graphql', 'schema/operations'];
const packages = ['client', 'react', 'element'].map((name) => `packages/${name}/src`);
const inputs = ['web', ...packages, ...schema, 'package-lock.json', ...roles, ...rules, ...documents()];
const generated = `web${path.sep}gql${path.sep}`;

/** What the documents are made from. */
function documents() {
  const entries = fs.readdirSync(path.join(root, 'docs')).filter((name) => name !== 'screens');
  // Of the pictures those of the tasks stand in a document.
  const pictures = fs
    .readdirSync(path.join(root, 'docs', 'screens'))
    .filter((name) => name.startsWith('task-'));
  const outside = ['CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'bench/README.md'];
  const readmes = ['packages', 'examples'].flatMap((folder) =>
    fs.readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}/README.md`),
  );
  return [
    ...[...entries, ...pictures.map((name) => `screens/${name}`)].map((name) => `docs/${name}`),
    ...outside,
    ...readmes,
    'examples/README.md',
  ];
}

const current = () =>
  fingerprint(inputs)
    .split('\n')
    .filter((line) => !line.startsWith(generated))
    .join('\n');

if (builtFrom(stamp) === current() && !process.argv.includes('--force')) process.exit(0);
fs.mkdirSync(path.join(root, 'dist'), { recursive: true });

if (process.argv.includes('--background')) {
  // Without the development packages there is nothing to build with; pages are built before they are shipped.
  if (fs.existsSync(path.join(root, 'node_modules', 'vite'))) inBackground();
  process.exit(0);
}

function inBackground() {
  fs.rmSync(failure, { force: true });
  const log = fs.openSync(path.join(root, 'dist', 'web-build.log'), 'w');
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--patient'], {
    cwd: root,
    detached: true,
    stdio: ['ignore', log, log],
  });
  child.unref();
}

async function build() {
  const madeFrom = current();
  const started = performance.now();
  const { generateTypes } = await import('./web-types.mjs');
  await generateTypes();
  const { build: viteBuild, runnerImport } = await import('vite');
  // Built beside the old pages and then put in their place, so that nobody is served half a build.
  const fresh = fs.mkdtempSync(path.join(root, 'dist', 'web-'));
  try {
    for (const part of ['pages', 'checkout', 'element']) {
      process.env.WEB_PART = part;
      await viteBuild({
        configFile: path.join(root, 'web', 'vite.config.mts'),
        logLevel: 'error',
        build: { outDir: part === 'pages' ? fresh : path.join(fresh, 'checkout'), emptyOutDir: false },
      });
    }
    const { module: docs } = await runnerImport(path.join(root, 'web', 'docs', 'site', 'build.ts'), {
      configFile: false,
    });
    await docs.buildDocs(root, fresh);
    fs.writeFileSync(path.join(fresh, '.built'), madeFrom);
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(fresh, target);
    fs.chmodSync(target, 0o755);
    fs.rmSync(failure, { force: true });
  } catch (error) {
    fs.rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
  process.stdout.write(`web built in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

// A gateway that starts at the same time needs the processor more.
if (process.argv.includes('--patient')) os.setPriority(os.constants.priority.PRIORITY_LOW);
build().catch((error) => {
  fs.writeFileSync(failure, String(error?.stack ?? error));
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exitCode = 1;
});
