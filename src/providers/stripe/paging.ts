// Stripe's lists, read page by page under the time of one call.
import { idIn } from '../book-line';
import { BadAnswer } from '../transport';

/** Stripe's largest page. */
export const PAGE_ITEMS = 100;

/** A thousand tries to buy one package are not customers; what lies beyond is not read, and not called whole. */
const PAGES_MAX = 10;

export interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
}

/** Where a page starts: nothing for the first one. */
export interface After {
  readonly starting_after?: string;
}

/** Where the page after `page` starts; null when it is the last one. @throws BadAnswer when more follows nothing. */
export function nextAfter(page: Page<{ readonly id: string }>): After | null {
  if (!page.has_more) return null;
  const last = page.data.at(-1);
  if (!last) throw new BadAnswer('An empty page that is not the last');
  return { starting_after: last.id };
}

/**
 * Where the page after one of lines that may be broken starts: behind the last that has a name, so that one that has none comes
 * again with the next page. @throws BadAnswer when none has.
 */
export function afterNamed(lines: readonly unknown[]): After {
  const last = lines.map((line) => idIn(line, 'id')).findLast((id) => id !== null);
  if (!last) throw new BadAnswer('A page that names nothing, and is not the last');
  return { starting_after: last };
}

/** Every item of a list that belongs to one object. @throws BadAnswer when it does not end. */
export async function allPages<T extends { readonly id: string }>(
  pageAfter: (after: After) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let after: After | null = {};
  for (let pages = 0; pages < PAGES_MAX && after; pages++) {
    const page: Page<T> = await pageAfter(after);
    items.push(...page.data);
    after = nextAfter(page);
  }
  if (after) throw new BadAnswer(`More than ${PAGES_MAX * PAGE_ITEMS} items`);
  return items;
}
