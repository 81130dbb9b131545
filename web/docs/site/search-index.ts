// What the search reads: the words of each section, made while the site is built.
import MiniSearch from 'minisearch';
import { type Entry, OPTIONS } from '../entries';
import type { Rendered } from './markdown';
import type { Page } from './pages';

/** JSON for MiniSearch.loadJSON with the same options. */
export function searchIndex(pages: readonly (readonly [Page, Rendered])[]): string {
  const search = new MiniSearch<Entry>(OPTIONS);
  for (const [page, { sections }] of pages)
    for (const { id, title, text } of sections)
      search.add({
        id: `${page.address}${id === '' ? '' : `#${id}`}`,
        title,
        page: page.title,
        text,
      });
  return JSON.stringify(search);
}
