// Filters that a person gave a name. They stay in this browser; what is shown is always what the address says.

export interface SavedView {
  readonly name: string;
  /** The address's part behind the question mark. */
  readonly query: string;
}

// As many as fit above a list, and a name as long as fits a button.
export const VIEWS_MAX = 12;
export const VIEW_NAME_MAX = 40;

const keyOf = (list: string) => `credits-gateway:views:${list}`;

const isView = (item: unknown): item is SavedView =>
  typeof item === 'object' &&
  item !== null &&
  typeof (item as SavedView).name === 'string' &&
  typeof (item as SavedView).query === 'string';

/** The views of a list; none where something else stands in the store, or where there is no store. */
export function readViews(list: string): readonly SavedView[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(list)) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isView) : [];
  } catch {
    return [];
  }
}

/** @returns false where the browser keeps nothing. */
export function writeViews(list: string, views: readonly SavedView[]): boolean {
  try {
    localStorage.setItem(keyOf(list), JSON.stringify(views));
    return true;
  } catch {
    return false;
  }
}
