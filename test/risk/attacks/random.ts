/** Draws of one story. The same seed gives the same draws. */
export interface Random {
  /** A whole number from zero, below this one. */
  below(limit: number): number;
  /** A whole number, both ends included. */
  between(range: readonly [number, number]): number;
  chance(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** A name by its share of one. */
  weighted<Name extends string | number>(shares: Readonly<Record<Name, number>>): Name;
}

/** mulberry32 */
export function randomOf(seed: number): Random {
  let state = seed;
  const unit = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(unit() * limit);
  return {
    below,
    between: ([least, most]) => least + below(most - least + 1),
    chance: (share) => unit() < share,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('Nothing to pick from');
      return item;
    },
    weighted: <Name extends string | number>(shares: Readonly<Record<Name, number>>) => {
      const names = Object.keys(shares) as Name[];
      let left = unit() * names.reduce((sum, name) => sum + shares[name], 0);
      return (
        names.find((name) => {
          left -= shares[name];
          return left < 0;
        }) ?? (names.at(-1) as Name)
      );
    },
  };
}
