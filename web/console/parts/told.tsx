// Where it is shown what became of an act. The library that shows it comes with the first screen on which one can act.
import { type ComponentType, useSyncExternalStore } from 'react';

let place: ComponentType | null = null;
const heard = new Set<() => void>();

/** @param next shows notices from now on */
export function tellIn(next: ComponentType): void {
  place = next;
  for (const listener of heard) listener();
}

const subscribe = (listener: () => void) => {
  heard.add(listener);
  return () => {
    heard.delete(listener);
  };
};

export function Told() {
  const Place = useSyncExternalStore(subscribe, () => place);
  return Place && <Place />;
}
