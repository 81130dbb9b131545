// docs/clients.md shows this. A cache takes what comes last for what is true, and an answer that was under way for long may be older
// than what a stream has told since. Balances and payments carry a version that grows with each change.

type Thing = { readonly id?: unknown; readonly version?: unknown };

/**
 * @returns a function for the data of each answer and event: what is older than what it saw before has the newer fields in
 * it. Ask for the same fields everywhere, by one fragment.
 */
export function keepNewest(): <Data>(data: Data) => Data {
  const newest = new Map<unknown, Thing>();
  const keep = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(keep);
    if (typeof value !== 'object' || value === null) return value;
    const came: Thing = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, keep(part)]));
    if (typeof came.version !== 'number') return came;
    const known = newest.get(came.id);
    const isOld = typeof known?.version === 'number' && known.version > came.version;
    const all = isOld ? { ...came, ...known } : { ...known, ...came };
    newest.set(came.id, all);
    return isOld
      ? Object.fromEntries(Object.keys(came).map((name) => [name, all[name as keyof Thing]]))
      : came;
  };
  return (data) => keep(data) as typeof data;
}
