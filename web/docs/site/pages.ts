// What the site is made of: the documents that docs/contents.json names, the decisions, and the reference.
import fs from 'node:fs';
import path from 'node:path';

export interface Page {
  /** In the repository, such as docs/sign-in.md. */
  readonly source: string;
  /** In the site, such as sign-in.html. */
  readonly address: string;
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

export interface Group {
  readonly title: string;
  readonly pages: readonly Page[];
}

/** Where a document stands in the site: docs/ is its root, what is outside stands under project/. */
export function addressOf(source: string): string {
  const inside = source.startsWith('docs/') ? source.slice('docs/'.length) : `project/${source}`;
  const page = inside.replace(/\/README\.md$/, '.md').replace(/^README\.md$/, 'index.md');
  return page.toLowerCase().replace(/\.md$/, '.html');
}

export const titleOf = (text: string): string =>
  (/^# (.+)$/m.exec(text)?.[1] ?? 'Untitled').replaceAll('`', '');

export const pageOf = (source: string, text: string): Page => ({
  source,
  address: addressOf(source),
  title: titleOf(text),
  text,
});

const readPage = (root: string, source: string): Page =>
  pageOf(source, fs.readFileSync(path.join(root, source), 'utf8'));

// A star stands for each folder there.
function sourcesOf(root: string, entry: string): string[] {
  const [folder, rest] = entry.split('/*/');
  if (folder === undefined || rest === undefined) return [entry];
  return fs
    .readdirSync(path.join(root, folder))
    .sort()
    .map((name) => `${folder}/${name}/${rest}`)
    .filter((file) => fs.existsSync(path.join(root, file)));
}

/** The groups of docs/contents.json, in order. @param root the repository's folder */
export function readContents(root: string): Group[] {
  const text = fs.readFileSync(path.join(root, 'docs', 'contents.json'), 'utf8');
  const groups = JSON.parse(text) as { title: string; pages: string[] }[];
  return groups.map(({ title, pages }) => ({
    title,
    pages: pages.flatMap((entry) => sourcesOf(root, entry)).map((source) => readPage(root, source)),
  }));
}

/** The decisions, and before them a page that lists them. */
export function readDecisions(root: string): Page[] {
  const names = fs.readdirSync(path.join(root, 'docs', 'decisions')).sort();
  const decisions = names
    .filter((name) => /^\d{4}-.*\.md$/.test(name))
    .map((name) => readPage(root, `docs/decisions/${name}`));
  const lines = decisions.map(({ source, title }) => {
    const [, number = '', rest = title] = /^(\d+)\. (.*)$/.exec(title) ?? [];
    return `| ${number} | [${rest}](${path.basename(source)}) |`;
  });
  const list = [
    '# Decisions',
    '',
    'What was weighed, and why it is as it is.',
    '',
    '| | |',
    '|---|---|',
    ...lines,
    '',
  ];
  return [
    { source: 'docs/decisions', address: 'decisions.html', title: 'Decisions', text: list.join('\n') },
    ...decisions,
  ];
}
