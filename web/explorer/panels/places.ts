// Where one is in the docs.
import { createStore } from '../store';

/** What one reads about: a type, and perhaps one field of it. */
export interface Place {
  readonly type: string;
  readonly field: string | null;
}

/** Where one is, and how one came here: the last is shown. */
const places = createStore<readonly Place[]>([]);

export const docs = {
  use: places.use,
  go: (type: string, field: string | null = null) => places.set([...places.get(), { type, field }]),
  back: () => places.set(places.get().slice(0, -1)),
  start: () => places.set([]),
};
