// Writes the site: pages, their Markdown, the search's index, and llms.txt.
import fs from 'node:fs';
import path from 'node:path';
import { compress } from '../../compressed';
import { laidOut } from './layout';
import type { Places } from './links';
import { llmsFull, llmsIndex, markdownAddress, markdownOf } from './llms';
import { render } from './markdown';
import { type Group, type Page, readContents, readDecisions } from './pages';
import { referencePages } from './reference';
import { searchIndex } from './search-index';

// Of docs/: what documents link to and a browser can show.
const SERVED = ['docs/events', 'docs/examples'];

/** Files that are served as they are, with their addresses in the site. */
function servedFiles(root: string): Map<string, string> {
  const files = SERVED.flatMap((folder) =>
    fs.readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`),
  );
  return new Map(files.map((file) => [file, file.slice('docs/'.length)]));
}

/**
 * Writes the site into `folder`/docs, around the template that the build of the pages left there.
 * @param root the repository's folder
 */
export async function buildDocs(root: string, folder: string): Promise<void> {
  const out = path.join(folder, 'docs');
  const template = fs.readFileSync(path.join(out, 'index.html'), 'utf8');
  const groups: Group[] = [...readContents(root), { title: 'Reference', pages: referencePages(root) }];
  const pages: Page[] = [...groups.flatMap((group) => group.pages), ...readDecisions(root)];
  const files = servedFiles(root);
  const addresses = new Map(pages.map(({ source, address }) => [source, address]));
  // In the repository one reads the schema itself.
  addresses.set('schema/schema.graphql', 'reference/queries.html');
  const places: Places = { pages: addresses, files };
  const rendered = pages.map((page) => [page, render(page, places)] as const);
  const written = new Map([
    ...rendered.map(([page, content]) => [page.address, laidOut(template, page, content, groups)] as const),
    ...pages.map((page) => [markdownAddress(page), markdownOf(page, places)] as const),
    ...[...files].map(
      ([file, address]) => [address, fs.readFileSync(path.join(root, file), 'utf8')] as const,
    ),
    ['search.json', searchIndex(rendered)],
    ['early.js', fs.readFileSync(path.join(root, 'web', 'docs', 'early.js'), 'utf8')],
  ]);
  for (const [address, text] of written) {
    fs.mkdirSync(path.dirname(path.join(out, address)), { recursive: true });
    fs.writeFileSync(path.join(out, address), text);
  }
  await compress(out, [...written.keys()]);
  fs.writeFileSync(path.join(folder, 'llms.txt'), llmsIndex(groups));
  fs.writeFileSync(path.join(folder, 'llms-full.txt'), llmsFull(root, groups, places));
  await compress(folder, ['llms.txt', 'llms-full.txt']);
}
