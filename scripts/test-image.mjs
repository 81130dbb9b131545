// The image and the compose file, without an engine: replays the Dockerfile's steps in roots of their own, then starts the
// services as docker-compose.yml says, as the image's user on a tree that nobody can write to, and does what a newcomer
// does. It needs root on Linux, chromium, PostgreSQL on 127.0.0.1:5432 and Redis on 127.0.0.1:6379, which stand in for the
// services that are not ours.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { root as context } from './fingerprint.mjs';
import { buildImage } from './image/build.mjs';
import { environmentOf, readCompose, unheard } from './image/compose.mjs';
import { stagesOf } from './image/dockerfile.mjs';
import { buy, exportIntents, openPages } from './image/journey.mjs';
import { makeReadOnly, runIn, spawnIn } from './image/root.mjs';

// All mounts are made in a mount namespace of the child, so that this machine never has them, and what the child leaves
// behind is an ordinary folder.
if (!process.env.IMAGE_WORK) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-image-'));
  fs.chmodSync(folder, 0o755);
  const own = ['--mount', '--propagation', 'private'];
  const { status } = spawnSync('unshare', [...own, process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, IMAGE_WORK: folder },
  });
  if (fs.readFileSync('/proc/self/mounts', 'utf8').includes(folder)) throw new Error(`${folder} is mounted`);
  if (status === 0) fs.rmSync(folder, { recursive: true });
  else process.stderr.write(`what was built is in ${folder}\n`);
  process.exit(status ?? 1);
}
const work = process.env.IMAGE_WORK;

// A container that was told to stop is killed after 10 s.
const STOP_WITHIN_MS = 10_000;
// The check's start period: the first start makes the database.
const READY_WITHIN_MS = 30_000;

let passed = 0;
const say = (line) => process.stdout.write(`${line}\n`);
const ok = (sentence) => say(`  ok ${++passed}  ${sentence}`);

/** The database and its user that the postgres image would make. */
async function makeDatabase({ POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: database }) {
  const client = new pg.Client(
    process.env.TEST_DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres',
  );
  await client.connect();
  const drop = async () => {
    await client.query(`drop database if exists ${database} with (force)`);
    await client.query(`drop role if exists ${user}`);
  };
  await drop();
  await client.query(`create role ${user} login superuser password '${password}'`);
  await client.query(`create database ${database} owner ${user}`);
  return async () => {
    await drop();
    await client.end();
  };
}

/** Waits for the image's own health check. */
async function becomeReady(image, env, name) {
  const { user, folder, healthcheck: command } = image.container;
  for (const startedMs = Date.now(); Date.now() - startedMs < READY_WITHIN_MS; await delay(500)) {
    const { code } = await runIn(image.root, { user, folder, env, command });
    if (code === 0) return;
  }
  throw new Error(`${name} is not healthy after ${READY_WITHIN_MS / 1000} s`);
}

async function stopped(child) {
  if (child.exitCode !== null) return `ended before with ${child.exitCode}`;
  const end = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  child.kill('SIGTERM');
  return Promise.race([end, delay(STOP_WITHIN_MS).then(() => 'still running')]);
}

async function serve(image, compose, dotEnv) {
  const { user, folder, command, env: own } = image.container;
  const ours = Object.entries(compose.services).filter(([, service]) => service.build);
  const started = [];
  try {
    for (const [name, service] of ours) {
      const env = { ...own, ...environmentOf(service, dotEnv) };
      const log = fs.openSync(path.join(work, `${name}.log`), 'w');
      started.push({
        name,
        env,
        child: spawnIn(image.root, { user, folder, env, command }, ['ignore', log, log]),
      });
    }
    for (const { name, env } of started) {
      await becomeReady(image, env, name).catch((error) => {
        throw new Error(
          `${error.message}\n${fs.readFileSync(path.join(work, `${name}.log`), 'utf8').slice(-3_000)}`,
        );
      });
      ok(`${name} is healthy by the image's own check, as user ${user} on a read-only tree`);
    }
    const base = 'http://127.0.0.1:4000';
    await openPages(base);
    ok('shop, explorer and console open in a browser, and nothing that they ask for is missing');
    assert.equal(await buy(base), 120);
    ok('a purchase ends with 120 credits');
    assert.equal((await exportIntents(base)).length, 2);
    ok('an export that the worker wrote is downloaded from the gateway, with the hash that it has');
  } catch (error) {
    for (const { child } of started) child.kill('SIGKILL');
    throw error;
  }
  const ends = await Promise.all(started.map(({ child }) => stopped(child)));
  for (const { child } of started) child.kill('SIGKILL');
  assert.deepEqual(ends, [0, 0]);
  ok('both end by themselves within the 10 s that a container has');
}

/** A step that the replay does not know must not pass as if it had been tried. */
function refuseUnknownSteps() {
  for (const step of ['ADD a b', 'COPY --chmod=755 a b', 'CMD node main.js']) {
    const file = path.join(work, 'Dockerfile');
    fs.writeFileSync(file, `FROM node\n${step}\n`);
    assert.throws(() => stagesOf(file), step);
  }
}

async function main() {
  refuseUnknownSteps();
  ok('a step that the replay does not know fails');
  const compose = readCompose(context);
  ok('docker-compose.yml holds to the specification');
  const dotEnv = fs.readFileSync(path.join(context, '.env.example'), 'utf8');
  const { gateway, worker, postgres } = compose.services;
  assert.deepEqual([...unheard(gateway, dotEnv), ...unheard(worker, dotEnv)], []);
  ok('each setting of .env.example reaches the services');
  const copied = environmentOf(gateway, dotEnv.replace(/^HOST=.*$/m, 'HOST=127.0.0.1'));
  assert.equal(copied.HOST, '0.0.0.0');
  ok('a copied .env does not take the gateway off the published port');
  assert.deepEqual([gateway.volumes, worker.volumes], [undefined, undefined]);
  ok('gateway and worker share no disk');

  const image = await buildImage(context, work, (line) => say(`  … ${line}`));
  assert.notEqual(image.container.user, 'root');
  for (const name of [
    'src',
    'packages/simulator/src',
    'test',
    'web',
    '.git',
    '.env',
    'node_modules/jest',
    'dist/bench',
    'dist/storm',
  ])
    assert.ok(!fs.existsSync(path.join(image.root, image.container.folder, name)), `${name} is in the image`);
  const { output } = await runIn(image.root, {
    user: 'root',
    folder: '/',
    env: {},
    command: ['du', '-sm', image.container.folder],
  });
  const inside = await runIn(image.root, {
    user: 'node',
    folder: '/',
    env: {},
    command: ['node', '--version'],
  });
  const named = stagesOf(path.join(context, 'Dockerfile')).at(-1).image;
  assert.ok(named.startsWith(`node:${inside.output.trim().slice(1)}-`), `${named} runs ${inside.output}`);
  ok(`the image runs Node.js ${inside.output.trim()}`);
  ok(`the image is built; ${image.container.folder} holds ${output.split('\t')[0]} MB, no sources, no tests`);
  makeReadOnly(image.root);
  const drop = await makeDatabase(postgres.environment);
  try {
    await serve(image, compose, dotEnv);
  } finally {
    await drop();
  }
  say(`\n${passed} passed, 0 failed`);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
