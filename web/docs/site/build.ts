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

// Of the pictures those that a document shows.
const PICTURES = 'docs/screens';
const isShown = (name: string) => name.startsWith('task-') && name.endsWith('-1280.png');

/** Files of a folder that are served as they are, with their addresses in the site. */
function servedFrom(root: string, folder: string, isServed = (_: string) => true): [string, string][] {
  const names = fs.readdirSync(path.join(root, folder)).filter(isServed);
  return names.map((name) => [`${folder}/${name}`, `${folder.slice('docs/'.length)}/${name}`]);
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
  const files = new Map(SERVED.flatMap((folder) => servedFrom(root, folder)));
  const pictures = new Map(servedFrom(root, PICTURES, isShown));
  const addresses = new Map(pages.map(({ source, address }) => [source, address]));
  // In the repository one reads the schema itself.
  addresses.set('schema/schema.graphql', 'reference/queries.html');
  const places: Places = { pages: addresses, files: new Map([...files, ...pictures]) };
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
  fs.mkdirSync(path.join(out, PICTURES.slice('docs/'.length)), { recursive: true });
  for (const [file, address] of pictures) fs.copyFileSync(path.join(root, file), path.join(out, address));
  await compress(out, [...written.keys()]);
  fs.writeFileSync(path.join(folder, 'llms.txt'), llmsIndex(groups));
  fs.writeFileSync(path.join(folder, 'llms-full.txt'), llmsFull(root, groups, places));
  await compress(folder, ['llms.txt', 'llms-full.txt']);
}
