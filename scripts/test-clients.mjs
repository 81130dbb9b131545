// GraphQL clients played against the gateway: installs them where only these tests see them, has their compilers read the schema,
// checks the types of what they made, and plays. `npm run test:clients -- apollo` plays one.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './fingerprint.mjs';
import { installed } from './installed.mjs';

const FOLDER = path.join(root, 'test/clients');

/** Runs one program to its end; what it said is shown when it fails. */
function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: FOLDER, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        said += chunk;
      });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) return resolve();
      reject(new Error(`${command} ${args.join(' ')} ended with ${code}\n${said}`));
    });
  });
}

const bin = (name) => path.join(FOLDER, 'node_modules/.bin', name);

/** What each client's own compiler makes of the schema and of what the tests ask. */
async function generate() {
  // relay-compiler writes into no folder that is not there.
  fs.mkdirSync(path.join(FOLDER, 'generated/relay'), { recursive: true });
  await Promise.all([
    run(bin('graphql-codegen'), ['--config', 'codegen.ts', '--silent']),
    run(bin('relay-compiler'), ['relay.config.json']),
    run(bin('gql.tada'), ['generate-output']),
  ]);
}

async function timed(what, work) {
  const startedMs = performance.now();
  await work();
  console.log(`${what} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}

async function main(given) {
  await timed('installed', () => installed('test/clients'));
  await timed('generated', generate);
  await timed('types checked', () =>
    run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', '.']),
  );
  // A word that a file's name begins with names it; all else is Jest's.
  const files = fs.readdirSync(FOLDER).filter((name) => name.endsWith('.test.ts'));
  const named = given.filter((word) => files.some((name) => name.startsWith(word)));
  const paths = named.length > 0 ? named.map((word) => `test/clients/${word}`) : ['test/clients/'];
  const rest = given.filter((word) => !named.includes(word));
  await run('npx', ['jest', '--runInBand', '--testPathPatterns', ...paths, ...rest], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TEST_CLIENTS: 'true' },
  });
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
