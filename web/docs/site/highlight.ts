// Colours for code, by the grammars that the explorer's editors use.

import { jsonLanguage } from '@codemirror/lang-json';
import { highlightCode, tagHighlighter, tags } from '@lezer/highlight';
import { parser as html } from '@lezer/html';
import { parser as javascript } from '@lezer/javascript';
import { graphqlLanguage } from 'cm6-graphql';
import { escapeHtml } from './escape';

const classes = tagHighlighter([
  { tag: [tags.keyword, tags.definitionKeyword, tags.modifier, tags.tagName], class: 'k' },
  { tag: [tags.propertyName, tags.attributeName], class: 'n' },
  { tag: [tags.special(tags.name), tags.typeName], class: 'v' },
  { tag: tags.string, class: 's' },
  { tag: [tags.number, tags.integer, tags.float, tags.bool, tags.null], class: 'd' },
  { tag: [tags.lineComment, tags.blockComment], class: 'c' },
]);

const typescript = javascript.configure({ dialect: 'ts jsx' });
const PARSERS: Readonly<Record<string, { parse(text: string): Parameters<typeof highlightCode>[1] }>> = {
  graphql: graphqlLanguage.parser,
  json: jsonLanguage.parser,
  js: javascript,
  jsx: typescript,
  ts: typescript,
  tsx: typescript,
  html,
};

/** A comment of the shell is quiet; the rest is as it is. */
const shell = (code: string) =>
  escapeHtml(code).replace(
    /(^|\s)(#.*)$/gm,
    (_, before: string, text: string) => `${before}<i class="c">${text}</i>`,
  );

/** HTML of a block of code. @param language as it stands behind the fence; one that is not known has no colours */
export function highlighted(code: string, language: string): string {
  if (language === 'sh') return shell(code);
  const parser = PARSERS[language];
  if (parser === undefined) return escapeHtml(code);
  let out = '';
  highlightCode(
    code,
    parser.parse(code),
    classes,
    (text, name) => {
      out += name === '' ? escapeHtml(text) : `<i class="${name}">${escapeHtml(text)}</i>`;
    },
    () => {
      out += '\n';
    },
  );
  return out;
}
