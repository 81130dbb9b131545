// Which text can be kept and given back as it came.

/**
 * False for text with NUL, which PostgreSQL's text refuses, and for half a surrogate pair, which becomes another character
 * in UTF-8, so that two different keys would be one.
 */
export const isStorable = (text: string): boolean => !/\0|\p{Surrogate}/u.test(text);
