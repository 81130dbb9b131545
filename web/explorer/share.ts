// A document as a link. It stands behind the #, which a browser sends to no server.
import { type Tab, tabs } from './tabs';

export function linkTo({ query, variables }: Tab): string {
  const document = new URLSearchParams({ query, ...(variables ? { variables } : {}) });
  return `${location.origin}${location.pathname}#${document}`;
}

/** Opens the document that the page was called with, if it was with one. */
export function openLinked(): void {
  const given = new URLSearchParams(location.hash.slice(1));
  const query = given.get('query');
  if (query) tabs.add({ query, variables: given.get('variables') ?? '' });
}
