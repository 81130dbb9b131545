// The README's own calls, run as they stand there, answer what they say there.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { variables } from '../../src/kernel/variables';
import { DESCRIPTORS } from '../../src/providers/descriptors';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const ROOT = path.resolve(__dirname, '..', '..');
const database = useDatabase();

afterAll(stopGateways);

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocksOf(section: string): Block[] {
  const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const text = readme.split(/^## /m).find((part) => part.startsWith(section)) ?? '';
  return [...text.matchAll(/```(\w+)\n(.*?)```/gs)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
  }));
}

/** Ids differ from run to run. */
const alike = (text: string) => text.replace(/int_[0-9a-z]{26}/g, 'int_…').trim();

it('buys credits with the calls of the README, each answering what the README shows', async () => {
  const blocks = blocksOf('One purchase');
  const gateway = await startGateway({ DATABASE_URL: database.url });
  const marked = blocks.flatMap(({ language, text }) =>
    language === 'sh' ? [text, 'echo; echo "--- next"'] : [],
  );
  const script = marked.join('\n').replace('http://127.0.0.1:4000', gateway.url);
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'readme-'));
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], { cwd: directory });
  fs.rmSync(directory, { recursive: true });

  const printed = stdout.split('--- next').map(alike);
  let call = -1;
  let compared = 0;
  for (const block of blocks) {
    if (block.language === 'sh') call++;
    else {
      expect(printed[call]).toBe(alike(block.text));
      compared++;
    }
  }
  expect(compared).toBe(5);
});

it('has a file behind every link', () => {
  const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '');
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((link) => !fs.existsSync(path.join(ROOT, link)))).toEqual([]);
});

/** The gateway's own, and those of each provider. */
const settings = (): string[] => [
  ...Object.keys(variables.shape),
  ...Object.values(DESCRIPTORS).flatMap(({ keys }) => Object.values(keys.variables)),
];

it('names every setting in .env.example that the configuration reads', () => {
  const read = settings();
  const example = fs.readFileSync(path.join(ROOT, '.env.example'), 'utf8');
  const named = [...example.matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1]);
  expect(read.length).toBeGreaterThan(20);
  expect(named.sort()).toEqual(read.sort());
});

it('hands every setting of .env.example to both containers, or decides it for them', () => {
  const compose = parse(fs.readFileSync(path.join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true });
  for (const service of ['gateway', 'worker']) {
    const handed = Object.keys(compose.services[service].environment);
    expect(handed.sort()).toEqual(settings().sort());
  }
});
