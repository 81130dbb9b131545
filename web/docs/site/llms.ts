// The documents for programs that read: llms.txt lists them (llmstxt.org), llms-full.txt has what an adopter needs in one file.
import fs from 'node:fs';
import path from 'node:path';
import { type Places, relative, targetOf } from './links';
import { withoutComments } from './markdown';
import type { Group, Page } from './pages';

// What is about changing the gateway itself stays out of the one file, and the schema stands in it as it is.
const LEFT_OUT = ['Change it', 'Reference'];

export const markdownAddress = ({ address }: Pick<Page, 'address'>): string => address.replace(/html$/, 'md');

/** A page's Markdown with links as they are in the site: to the Markdown of others. What is not there is named alone. */
export function markdownOf(page: Page, places: Places): string {
  const parts = withoutComments(page.text).split(/^(```.*?^```$)/gms);
  const linked = (text: string) =>
    text.replace(/\[([^\]]*)\]\(([^)\s]+)\)/g, (link, words: string, href: string) => {
      const target = targetOf(href, page, places);
      if (target.kind === 'elsewhere') return link;
      if (target.kind === 'repository') return words;
      return `[${words}](${relative(page.address, markdownAddress(target))}${target.hash})`;
    });
  return parts.map((part, at) => (at % 2 === 0 ? linked(part) : part)).join('');
}

/** The first sentence below the title. */
function firstSentence(text: string): string {
  const paragraph = withoutComments(text)
    .split(/\n\n+/)
    .find((part) => /^[A-Za-z*`[]/.test(part));
  const plain = (paragraph ?? '').replace(/\s*\n\s*/g, ' ').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return /^.*?[.:](?= |$)/.exec(plain)?.[0].replace(/:$/, '.') ?? '';
}

const SUMMARY =
  'A self-hosted GraphQL gateway that sells prepaid credits: purchases, live status, balances, ' +
  'spends and holds, refunds, reconciliation, signed deliveries to back ends.';

/** llms.txt: what there is, with links that stand beside it. */
export function llmsIndex(groups: readonly Group[]): string {
  const lines = groups.flatMap(({ title, pages }) => [
    `## ${title}`,
    '',
    ...pages.map((page) => {
      const sentence = title === 'Reference' ? '' : firstSentence(page.text);
      return `- [${page.title}](docs/${markdownAddress(page)})${sentence === '' ? '' : `: ${sentence}`}`;
    }),
    '',
  ]);
  const rest = '- [The schema](schema.graphql)\n- [All of it in one file](llms-full.txt)';
  return ['# Credits gateway', '', `> ${SUMMARY}`, '', ...lines, '## Optional', '', rest, ''].join('\n');
}

/** llms-full.txt: the pages for adopters, whole, and the schema. @param root the repository's folder */
export function llmsFull(root: string, groups: readonly Group[], places: Places): string {
  const pages = groups.filter(({ title }) => !LEFT_OUT.includes(title)).flatMap((group) => group.pages);
  const schema = fs.readFileSync(path.join(root, 'schema', 'schema.graphql'), 'utf8');
  return [
    ...pages.map((page) => markdownOf(page, places).trim()),
    `# The schema\n\n\`\`\`graphql\n${schema.trim()}\n\`\`\``,
    '',
  ].join('\n\n');
}
