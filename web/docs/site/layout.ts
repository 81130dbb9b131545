// A page around a document: the menu, what is on the page, and the pages before and after it.
import { escapeHtml } from './escape';
import { relative } from './links';
import { markdownAddress } from './llms';
import type { Rendered } from './markdown';
import type { Group, Page } from './pages';

/** The build's own page, docs/index.html, into which each document goes. */
export type Template = string;

const link = (from: Page, to: Page, attributes = '') =>
  `<a href="${relative(from.address, to.address)}"${attributes}>${escapeHtml(to.title)}</a>`;

function menu(page: Page, groups: readonly Group[]): string {
  const entry = (to: Page) =>
    `<li>${link(page, to, to.address === page.address ? ' aria-current="page"' : '')}</li>`;
  return groups
    .map(
      ({ title, pages }) =>
        `<h2 class="label">${escapeHtml(title)}</h2><ul class="plain">${pages.map(entry).join('')}</ul>`,
    )
    .join('');
}

function onThisPage({ sections }: Rendered): string {
  const shown = sections.filter(({ level }) => level === 2);
  if (shown.length < 2) return '';
  const entries = shown.map(({ id, title }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`);
  return `<nav class="toc" aria-label="On this page"><h2 class="label">On this page</h2><ul class="plain">${entries.join('')}</ul></nav>`;
}

function neighbours(page: Page, groups: readonly Group[]): string {
  const all = groups.flatMap(({ pages }) => pages);
  const at = all.findIndex(({ address }) => address === page.address);
  if (at < 0) return '';
  const [before, after] = [all[at - 1], all[at + 1]];
  const entry = (to: Page | undefined, rel: string, word: string) =>
    to ? `<span><small>${word}</small>${link(page, to, ` rel="${rel}"`)}</span>` : '<span></span>';
  return `<nav class="neighbours" aria-label="Pages before and after">${entry(before, 'prev', 'Before')}${entry(after, 'next', 'Next')}</nav>`;
}

/** The whole page. Addresses in it are relative, so that the site works under any prefix. */
export function laidOut(
  template: Template,
  page: Page,
  rendered: Rendered,
  groups: readonly Group[],
): string {
  const up = relative(page.address, 'x').slice(0, -1);
  const parts: Record<string, string> = {
    TITLE: page.address === 'index.html' ? '' : `${escapeHtml(page.title)} · `,
    UP: up,
    MENU: menu(page, groups),
    CONTENT: rendered.html,
    TOC: onThisPage(rendered),
    NEIGHBOURS: neighbours(page, groups),
    MARKDOWN: relative(page.address, markdownAddress(page)),
  };
  // What Vite built stands beside the docs' folder.
  return template
    .replaceAll('"/assets/', `"${up}../assets/`)
    .replaceAll('"/docs/', `"${up}`)
    .replace(/\{\{([A-Z]+)\}\}/g, (_, name: string) => parts[name] ?? '');
}
