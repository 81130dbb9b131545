// The blocks of code of the documents, as the tests run them. A comment above a block says how, where that is not plain:
//   <!-- as: admin -->            who asks a GraphQL operation; else the page's user
//   <!-- not run: why -->         what cannot be run here, with a reason
//   <!-- compiled: why -->        a program that is compiled and not run, with a reason
//   <!-- with: code -->           what a program has before it that a reader has in another way
import { documents, readDocument } from './documents';

export interface Snippet {
  readonly file: string;
  /** Of the fence, for messages. */
  readonly line: number;
  /** The heading (##) that it stands under. */
  readonly section: string;
  readonly language: string;
  readonly text: string;
  readonly as: string;
  readonly notRun: string | null;
  /** Why its program is compiled and not run. */
  readonly compiledOnly: string | null;
  /** Before its program. */
  readonly before: string;
  /** The block of JSON that follows it with nothing but a line between: what it answers. */
  readonly answer: string | null;
}

// Their blocks are run by tests of their own: test/journeys/readme, test/architecture-walks, test/docs/clients.
const ELSEWHERE = ['README.md', 'docs/architecture.md', 'docs/clients.md'];
const isOwn = (file: string) => !ELSEWHERE.includes(file) && !file.startsWith('docs/decisions/');

function snippetsOf(file: string): Snippet[] {
  const text = readDocument(file);
  const found = [...text.matchAll(/((?:^<!--(?:(?!-->).)*-->\n)*)^```(\w*)[^\n]*\n(.*?)^```$/gms)].map(
    (match) => {
      const [whole, notes = '', language = '', code = ''] = match;
      const above = text.slice(0, match.index);
      return {
        file,
        line: above.split('\n').length,
        end: match.index + whole.length,
        start: match.index,
        section: above.match(/^## .+$/gm)?.at(-1) ?? '',
        language,
        text: code,
        as: /as: (\w+)/.exec(notes)?.[1] ?? 'user',
        notRun: /not run: (.+?) -->/s.exec(notes)?.[1] ?? null,
        compiledOnly: /compiled: (.+?) -->/s.exec(notes)?.[1] ?? null,
        before: /with:(.+?)-->/s.exec(notes)?.[1] ?? '',
      };
    },
  );
  return found.map(({ end, start, ...snippet }, at) => {
    const next = found[at + 1];
    const isAnswered = next?.language === 'json' && text.slice(end, next.start).trim() === '';
    return { ...snippet, answer: isAnswered ? next.text : null };
  });
}

export const snippets = (): Snippet[] => documents().filter(isOwn).flatMap(snippetsOf);

/** Where it stands, for a message. */
export const placeOf = ({ file, line }: Snippet): string => `${file}:${line}`;
