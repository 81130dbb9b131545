// The journeys on each version of Node.js that the gateway is for, beside the one that runs this, by binaries from npm (Linux, x64).
//   npm run test:nodes                 every journey, on each version
//   npm run test:nodes -- --short      a purchase, sockets, and a worker beside an API
//   npm run test:nodes -- 26           on one
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './fingerprint.mjs';
import { MAJORS, nodeOf } from './nodes.mjs';

const SHORT = ['purchase', 'over-sockets', 'worker'].map((name) => `test/journeys/${name}.test.ts`);

function play(major, files) {
  const folder = nodeOf(major);
  const startedMs = Date.now();
  const { status, stdout, stderr } = spawnSync(
    path.join(folder, 'node'),
    ['node_modules/jest/bin/jest.js', ...files],
    {
      cwd: root,
      encoding: 'utf8',
      // What a test starts as `node` is that version too.
      env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    },
  );
  const [, count] = /^Tests: .*?(\d+ passed)/m.exec(stderr) ?? [];
  const version = spawnSync(path.join(folder, 'node'), ['--version'], { encoding: 'utf8' }).stdout.trim();
  const said = `${status === 0 ? 'ok' : 'FAILED'}  ${version}  ${count ?? '0 passed'} in ${Math.round((Date.now() - startedMs) / 1000)} s\n`;
  process.stdout.write(status === 0 ? said : `${stdout}${stderr}${said}`);
  return status === 0;
}

function main(args) {
  const files = args.includes('--short') ? SHORT : ['test/journeys'];
  const asked = args.filter((word) => word !== '--short').map(Number);
  const unknown = asked.find((major) => !MAJORS.includes(major));
  if (unknown !== undefined) throw new Error(`Node.js ${unknown}: there are ${MAJORS.join(', ')}`);
  const own = Number(process.versions.node.split('.')[0]);
  const majors = asked.length > 0 ? asked : MAJORS.filter((major) => major !== own);
  const worked = majors.map((major) => play(major, files));
  if (worked.includes(false)) process.exitCode = 1;
}

main(process.argv.slice(2));
