// docs/clients.md says what was played: each of its pieces stands, word for word, in a file of test/clients.
import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..', '..');
const FOLDER = path.join(ROOT, 'test/clients');
const page = fs.readFileSync(path.join(ROOT, 'docs/clients.md'), 'utf8');
const words = (text: string) => text.replace(/\s+/g, ' ').trim();
const played = fs
  .readdirSync(FOLDER)
  .filter((name) => /\.(ts|graphql|json)$/.test(name) && name !== 'package-lock.json')
  .map((name) => words(fs.readFileSync(path.join(FOLDER, name), 'utf8')));
// The end of a statement depends on where it stands.
const pieces = [...page.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, piece]) =>
  words(piece ?? '').replace(/[,;]$/, ''),
);

it('has pieces', () => {
  expect(pieces.length).toBeGreaterThan(8);
});

it.each(pieces)('%s is played', (piece) => {
  expect(played.filter((text) => text.includes(piece)).length).toBeGreaterThan(0);
});

it('names the versions that are installed', () => {
  const { dependencies } = JSON.parse(fs.readFileSync(path.join(FOLDER, 'package.json'), 'utf8'));
  const short = (name: string) => dependencies[name].split('.').slice(0, 2).join('.');
  for (const row of [
    `| Apollo Client | ${short('@apollo/client')} |`,
    `| urql, graphcache | ${short('@urql/core')}, ${short('@urql/exchange-graphcache')} |`,
    `| Relay | ${short('relay-runtime')} |`,
    `| graphql-codegen | ${short('@graphql-codegen/cli')}, client preset ${short('@graphql-codegen/client-preset')} |`,
    `| gql.tada | ${short('gql.tada')} |`,
    `| graphql-ws | ${short('graphql-ws')} |`,
    `| graphql-sse | ${short('graphql-sse')} |`,
  ])
    expect(page).toContain(row);
});
