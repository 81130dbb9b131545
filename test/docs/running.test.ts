// The page for whoever runs a gateway: each of its commands is done, in its order, on a gateway that has just sold, and its list of
// background jobs is the one of the code.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loopsOf } from '../../src/app/loops';
import type { Deps } from '../../src/graphql/context';
import { readConfig } from '../../src/providers/read-config';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { ROOT, readDocument } from './documents';

const database = useDatabase();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'running-'));
afterAll(async () => {
  await stopGateways();
  fs.rmSync(folder, { recursive: true });
});
const page = readDocument('docs/operations/running.md');

it('has commands that end as the page says', async () => {
  const gateway = await startGateway({ DATABASE_URL: database.url });
  const user = await gateway.as('user_1');
  const { intent } = await user.mutate('createIntent', { packageId: 'small' }, 'intent { id }');
  await user.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  const commands = [...page.matchAll(/^npm run cli -- (.+)$/gm)].map((match) => match[1] ?? '');
  expect(commands.length).toBeGreaterThan(9);
  for (const command of commands) {
    const said = await new Promise<{ command: string; code: number; err: string }>((resolve) =>
      execFile(
        process.execPath,
        [path.join(ROOT, 'dist/src/cli/cli.js'), ...command.split(' ')],
        {
          cwd: folder,
          env: { PATH: process.env.PATH, DATABASE_URL: database.url, DATA_DIR: folder },
          timeout: 60_000,
        },
        (error, _out, err) => resolve({ command, code: Number(error?.code ?? 0), err }),
      ),
    );
    expect({ ...said, err: said.code === 0 ? '' : said.err }).toEqual({ command, code: 0, err: '' });
  }
  expect(fs.readdirSync(folder)).toEqual(
    expect.arrayContaining(['deliveries.jsonl', 'webhook-events.jsonl']),
  );
});

it('names each background job, and none that is not there', () => {
  const config = readConfig({ UNAPPLIED_REFUND: 'auto' });
  const loops = loopsOf({ config, providers: new Map(), simulator: null } as unknown as Deps, {} as never);
  const [, table = ''] = page.split('## Background jobs');
  const named = [...(table.split('\n## ')[0] ?? '').matchAll(/^\| `([\w-]+)` \|/gm)].map((match) => match[1]);
  expect(named.sort()).toEqual(loops.map(({ name }) => name).sort());
});
