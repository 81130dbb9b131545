// Variables that nobody reads because they are one slip of a finger away from one of ours: a setting that was meant and has no
// effect. Whatever else stands in the environment is somebody else's, and so is one beside ours that is set: platforms give
// REDIS_URI to one program and REDIS_URL to another.

// Short names are a slip away from many words that other programs read: POST, PATH.
const LENGTH_MIN = 7;

/** @param names that are set @param known the names that are read. @returns a line for each, variable first */
export function mistyped(names: readonly string[], known: ReadonlySet<string>): string[] {
  const isMissing = (candidate: string) => candidate.length >= LENGTH_MIN && !names.includes(candidate);
  return names.flatMap((name) => {
    if (known.has(name) || name.length < LENGTH_MIN) return [];
    const meant = [...known].find((candidate) => isMissing(candidate) && isOneSlip(name, candidate));
    return meant === undefined ? [] : [`${name}: nothing reads it; did you mean ${meant}?`];
  });
}

/** One letter more, less, other, or two beside each other changed over: Damerau's four. */
export function isOneSlip(given: string, meant: string): boolean {
  let at = 0;
  while (at < given.length && given[at] === meant[at]) at += 1;
  const [rest, of] = [given.slice(at), meant.slice(at)];
  return (
    rest.slice(1) === of ||
    rest === of.slice(1) ||
    rest.slice(1) === of.slice(1) ||
    (rest[0] === of[1] && rest[1] === of[0] && rest.slice(2) === of.slice(2))
  );
}
