// Grants out of a file, from a terminal: what became of each line, once however often, and nothing of a file that cannot be read.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { grantsIn } from '../../src/grants/import-file';
import { importGrants } from '../../src/grants/import-grants';
import { finance, useCreditStand } from '../credits/stand';
import { startGateway, stopGateways } from '../support/gateway';

const stand = useCreditStand();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'grants-'));
afterAll(async () => {
  fs.rmSync(folder, { recursive: true });
  await stopGateways();
});

const ROOT = path.resolve(__dirname, '..', '..');
let files = 0;

function imported(text: string | Buffer, campaign = 'gifts', name = 'grants.csv') {
  const [file, out] = [path.join(folder, name), path.join(folder, `out_${++files}.jsonl`)];
  fs.writeFileSync(file, text);
  const args = [
    'dist/src/cli/cli.js',
    'grants',
    'import',
    '--file',
    file,
    '--campaign',
    campaign,
    '--out',
    out,
  ];
  const options = { cwd: ROOT, env: { PATH: process.env.PATH, DATABASE_URL: stand.database.url } };
  return new Promise<{ code: number; said: string; lines: any[] }>((resolve) =>
    execFile(process.execPath, args, options, (error, stdout, stderr) =>
      resolve({
        code: Number(error?.code ?? 0),
        said: stdout + stderr,
        lines: fs.existsSync(out)
          ? fs
              .readFileSync(out, 'utf8')
              .split('\n')
              .filter(Boolean)
              .map((line) => JSON.parse(line))
          : [],
      }),
    ),
  );
}

const HEAD = 'userId,credits,key,reason,expiresAt\n';

it('gives a grant a line, says what became of each, and gives nothing when the same file comes again', async () => {
  // The database is of this version once a gateway was started on it.
  await startGateway({ DATABASE_URL: stand.database.url });
  await stand.campaign('welcome', { budgetCredits: 40n });
  const text = `${HEAD}ada,20,a,"Welcome, ""Ada""",2030-01-01T00:00:00Z\r\nbea,15,b,Welcome,\ncid,10,c,Welcome,\n`;
  const first = await imported(text, 'welcome');
  expect([first.code, first.lines.map(({ line, key, outcome, code }) => [line, key, outcome, code])]).toEqual(
    [
      1,
      [
        [2, 'a', 'granted', undefined],
        [3, 'b', 'granted', undefined],
        [4, 'c', 'refused', 'INVALID_STATE'],
      ],
    ],
  );
  expect(await stand.sql(`select reason from credit_grants where user_id = 'ada'`)).toEqual([
    { reason: 'Welcome, "Ada"' },
  ]);
  await stand.campaign('welcome', { budgetCredits: 100n });
  const again = await imported(text, 'welcome');
  expect([again.code, again.lines.map(({ outcome }) => outcome)]).toEqual([
    0,
    ['replayed', 'replayed', 'granted'],
  ]);
  expect(again.said).toContain('1 granted, 2 given before, 0 refused');
  expect(again.lines[0].grantId).toBe(first.lines[0].grantId);
  expect(await stand.standing('ada')).toMatchObject({ credits: 20 });
});

it('takes an object a line as well', async () => {
  const row = { userId: 'dan', credits: 7, key: 'd', reason: 'A referral' };
  const { code, lines } = await imported(`${JSON.stringify(row)}\n`, 'gifts', 'grants.jsonl');
  expect([code, lines.map(({ outcome }) => outcome)]).toEqual([0, ['granted']]);
});

it.each([
  ['a number that is none', `${HEAD}eve,1.5,e,Welcome,\n`, 'Line 2: credits are a whole number'],
  ['a cell too few', `${HEAD}eve,1,e,Welcome,\nfay,1\n`, 'Line 3: 2 cells'],
  ['a quote that is not closed', `${HEAD}eve,1,e,"Welcome,\n`, 'Line 2: a quote'],
  ['no user', `${HEAD},1,e,Welcome,\n`, 'Line 2: userId is missing'],
  ['an instant that is none', `${HEAD}eve,1,e,Welcome,tomorrow\n`, 'Line 2: expiresAt'],
  ['a head without keys', 'userId,credits,reason\neve,1,Welcome\n', 'names no key'],
  ['nothing', HEAD, 'has no grants'],
  ['another encoding', Buffer.from(`${HEAD}Jos\u00e9,1,e,Welcome,\n`, 'latin1'), 'is no UTF-8'],
  [
    'a column that is none',
    'userId,credits,key,reason,expires\neve,1,e,Hi,\n',
    'expires is none of userId, credits',
  ],
  ['a column twice', 'userId,credits,credits,key,reason\neve,1,100,e,Hi\n', 'names credits twice'],
  ['a day that there is not', `${HEAD}eve,1,e,Welcome,2030-02-31T00:00:00Z\n`, 'Line 2: expiresAt'],
  ['a day of which nobody knows the zone', `${HEAD}eve,1,e,Welcome,2030-01-02\n`, 'Line 2: expiresAt'],
  [
    'an instant that cannot be kept, behind one that can',
    `${HEAD}eve,1,e,Hi,\neve,1,f,Hi,9999-12-31T23:59:59-12:00\n`,
    'Line 3: expiresAt',
  ],
])('a file with %s gives nothing, and the line is named', async (_, text, said) => {
  const { code, said: told, lines } = await imported(text);
  expect(code).toBe(2);
  expect(told).toContain(said);
  expect(lines).toEqual([]);
  expect(await stand.standing('eve')).toMatchObject({ credits: 0 });
});

it.each([
  [
    'a mark of its encoding and lines of Windows, in CSV',
    '\ufeffuserId,credits,key,reason\r\ngil,3,bom_csv,Hi\r\n',
    'csv',
  ],
  [
    'the same as an object a line',
    '\ufeff{"userId":"gil","credits":3,"key":"bom_jsonl","reason":"Hi"}\r\n',
    'jsonl',
  ],
])('a file with %s is read as it is', async (_, text, format) => {
  const { code, lines } = await imported(text, 'gifts', `marked.${format}`);
  expect([code, lines.map(({ outcome }) => outcome)]).toEqual([0, ['granted']]);
});

it('a cell of ten megabytes is refused like any that is too long, and harms no other line', async () => {
  const long = `"${'x'.repeat(5_000_000)}${'""'.repeat(2_500_000)}"`;
  const { code, lines } = await imported(`${HEAD}hal,1,long,${long},\nhal,2,short,Hi,\n`);
  expect([code, lines.map(({ outcome, message }) => [outcome, message])]).toEqual([
    1,
    [
      ['refused', 'A reason has 1 to 500 characters.'],
      ['granted', undefined],
    ],
  ]);
});

it('a key with half a character is refused, since it would be kept as another one', () => {
  const row = (key: string) => `{"userId":"ida","credits":3,"key":"${key}","reason":"Hi"}\n`;
  expect(() => grantsIn(Buffer.from(row('k\\ud800')), 'jsonl')).toThrow('Line 1: key has a character');
});

it('one that is cut off after a set is carried on by the same file: 600 lines are given once each', async () => {
  const rows = Array.from({ length: 600 }, (_, nth) => `many_${nth},5,m${nth},Welcome,`);
  const lines = grantsIn(Buffer.from(`${HEAD}${rows.join('\n')}\n`), 'csv');
  const counts = { granted: 0, replayed: 0, refused: 0 };
  const told = async (results: readonly { result: { outcome: keyof typeof counts } }[]) => {
    for (const { result } of results) counts[result.outcome]++;
    if (isCut) throw new Error('cut off');
  };
  let isCut = true;
  const give = () => importGrants(stand.deps, finance, { campaign: 'gifts', lines }, told);
  await expect(give()).rejects.toThrow('cut off');
  [isCut, counts.granted] = [false, 0];
  await give();
  expect(counts).toEqual({ granted: 344, replayed: 256, refused: 0 });
  expect(
    await stand.sql(
      `select count(*)::int as users, sum(balance)::int as credits from wallets where user_id like 'many\\_%'`,
    ),
  ).toEqual([{ users: 600, credits: 3000 }]);
});
