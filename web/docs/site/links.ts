// Where a link of a document leads in the site. The documents link to files of the repository, as one reads them there.
import path from 'node:path';
import type { Page } from './pages';

export type Target =
  | { readonly kind: 'here'; readonly address: string; readonly hash: string }
  /** In the repository and not in the site: a test, a source file. */
  | { readonly kind: 'repository'; readonly file: string }
  | { readonly kind: 'elsewhere'; readonly href: string };

export interface Places {
  /** Sources of pages, with their addresses. */
  readonly pages: ReadonlyMap<string, string>;
  /** Files that the site serves as they are, with their addresses. */
  readonly files: ReadonlyMap<string, string>;
}

/** Where `href` leads that stands in `page`. */
export function targetOf(href: string, page: Page, { pages, files }: Places): Target {
  if (/^[a-z]+:/.test(href)) return { kind: 'elsewhere', href };
  const [link = '', anchor] = href.split('#');
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (link === '') return { kind: 'here', address: page.address, hash };
  const folder = page.source.endsWith('.md') ? path.posix.dirname(page.source) : page.source;
  const file = path.posix.normalize(path.posix.join(folder, link)).replace(/\/$/, '');
  const address = pages.get(file) ?? pages.get(`${file}/README.md`) ?? files.get(file);
  return address === undefined ? { kind: 'repository', file } : { kind: 'here', address, hash };
}

/** From one address of the site to another, so that the site works under any prefix. */
export function relative(from: string, to: string): string {
  const way = path.posix.relative(path.posix.dirname(from), to);
  return way === '' ? path.posix.basename(to) : way;
}
