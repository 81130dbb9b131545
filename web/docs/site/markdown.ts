// A document as HTML, with the headings that it has and the text under each, for the search.
import MarkdownIt, { type Token } from 'markdown-it';
import { escapeHtml } from './escape';
import { highlighted } from './highlight';
import { type Places, relative, targetOf } from './links';
import type { Page } from './pages';

export interface Section {
  /** Empty: what stands above the first heading below the title. */
  readonly id: string;
  readonly title: string;
  readonly level: number;
  readonly text: string;
}

export interface Rendered {
  readonly html: string;
  readonly sections: readonly Section[];
}

/** Notes to the tests, which stand above blocks of code. */
export const withoutComments = (text: string): string => text.replace(/^<!--.*?-->\n/gms, '');

/** The anchor of a heading, as hosts of repositories make it too. */
export function slugOf(heading: string, taken: Set<string>): string {
  const plain = heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
  let slug = plain;
  for (let count = 1; taken.has(slug); count++) slug = `${plain}-${count}`;
  taken.add(slug);
  return slug;
}

/** The text of an inline token, without marks. */
const plainOf = (token: Token): string =>
  (token.children ?? []).map(({ type, content }) => (type === 'softbreak' ? ' ' : content)).join('');

const markdown = new MarkdownIt({ html: false });
const { rules } = markdown.renderer;

// Wider than a telephone: they scroll by themselves, by keyboard too.
rules.table_open = () => '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>';
rules.table_close = () => '</table></div>';
rules.fence = (tokens, at) => {
  const { content, info } = tokens[at] as Token;
  const language = info.split(' ')[0] ?? '';
  return `<div class="code"><pre tabindex="0" aria-label="${escapeHtml(language || 'text')}"><code>${highlighted(content.trimEnd(), language)}</code></pre></div>`;
};
rules.code_block = (tokens, at) =>
  `<div class="code"><pre tabindex="0"><code>${escapeHtml(tokens[at]?.content.trimEnd() ?? '')}</code></pre></div>`;
rules.heading_close = (tokens, at) => {
  const { tag } = tokens[at] as Token;
  const id = tokens[at - 2]?.attrGet('id');
  const anchor = id ? ` <a class="anchor" href="#${id}" aria-hidden="true" tabindex="-1">#</a>` : '';
  return `${anchor}</${tag}>\n`;
};

/** Points each link and each picture at its place in the site; a file that is not there is named and no link. */
function place(tokens: readonly Token[], page: Page, places: Places): void {
  const open: boolean[] = [];
  for (const token of tokens.flatMap(({ children }) => children ?? [])) {
    if (token.type === 'image') {
      const target = targetOf(String(token.attrGet('src') ?? ''), page, places);
      if (target.kind === 'here') token.attrSet('src', relative(page.address, target.address));
      token.attrSet('loading', 'lazy');
    }
    if (token.type === 'link_close' && open.pop()) token.tag = 'span';
    if (token.type !== 'link_open') continue;
    const target = targetOf(decodeURI(String(token.attrGet('href') ?? '')), page, places);
    open.push(target.kind === 'repository');
    if (target.kind === 'repository') {
      token.tag = 'span';
      token.attrs = [
        ['class', 'file'],
        ['title', `${target.file}, in the repository`],
      ];
    } else if (target.kind === 'here') {
      token.attrSet('href', `${relative(page.address, target.address)}${target.hash}`);
    }
  }
}

/** Gives headings their anchors, and gathers what stands under each. */
function sectionsOf(tokens: readonly Token[], title: string): Section[] {
  const taken = new Set<string>();
  const sections: { id: string; title: string; level: number; text: string }[] = [
    { id: '', title, level: 1, text: '' },
  ];
  tokens.forEach((token, at) => {
    if (token.type === 'heading_open') {
      const heading = plainOf(tokens[at + 1] as Token);
      const id = slugOf(heading, taken);
      if (token.tag === 'h1') return;
      token.attrSet('id', id);
      sections.push({ id, title: heading, level: Number(token.tag.slice(1)), text: '' });
    } else if (token.type === 'inline' && tokens[at - 1]?.type !== 'heading_open') {
      const last = sections.at(-1);
      if (last) last.text += ` ${plainOf(token)}`;
    }
  });
  return sections;
}

/** @param page whose text is Markdown */
export function render(page: Page, places: Places): Rendered {
  const tokens = markdown.parse(withoutComments(page.text), {});
  const sections = sectionsOf(tokens, page.title);
  place(tokens, page, places);
  return { html: markdown.renderer.render(tokens, markdown.options, {}), sections };
}
