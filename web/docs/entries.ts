// What the build of the search and the search itself have to agree on.

export interface Entry {
  /** Its address in the site. */
  readonly id: string;
  readonly title: string;
  /** The page's title. */
  readonly page: string;
  readonly text: string;
}

/** A word that a name is made of is found as well: createIntent by "intent". */
export const wordsOf = (text: string): string[] =>
  text.split(/[^\p{L}\p{N}_]+/u).flatMap((word) => {
    const parts = word.split(/_|(?<=\p{Ll})(?=\p{Lu})/u).filter((part) => part !== '');
    return parts.length > 1 ? [word, ...parts] : parts;
  });

export const OPTIONS = {
  fields: ['title', 'page', 'text'],
  storeFields: ['title', 'page'],
  tokenize: wordsOf,
  searchOptions: {
    // A query is taken as it is written: its parts alone would find too much.
    tokenize: (text: string) => text.split(/[^\p{L}\p{N}_]+/u).filter((word) => word !== ''),
    boost: { title: 4, page: 2 },
    prefix: true,
    fuzzy: 0.15,
    combineWith: 'AND' as const,
  },
};
