// Reads a piece of the chain again that was read before.
import type pg from 'pg';
import { CHAIN_START, type ChainPlace, walkChain } from './chain';
import type { CheckPart, Rolling } from './check-part';

export interface ReadAgain {
  readonly rolling: Rolling;
  /** How many entries were read. */
  readonly entries: number;
  readonly problems: readonly string[];
  /** Where the round ended, when all that was there has been read: its totals are those of every line up to it. */
  readonly lapEnd: ChainPlace | null;
}

/**
 * Reads on from where the piece before ended, at most up to what is new, where a round ends and the next begins.
 * @param at when this check began
 */
export async function readAgain(
  pool: pg.Pool,
  { since, rolling, postings, turns }: CheckPart,
  at: Date,
  tell: (place: ChainPlace) => Promise<void>,
): Promise<ReadAgain> {
  const from = rolling.place;
  let place: ChainPlace = { ...from, problems: [] };
  const isAtEnd = () => BigInt(place.number) >= BigInt(since.number);
  let isOver = isAtEnd();
  // By what was read, because a posting that was put in among them has no number.
  for (let left = postings; !isOver && left > 0; ) {
    const next = await walkChain(pool, place, left);
    if (!next) break;
    left -= Math.max(1, Number(BigInt(next.number) - BigInt(place.number)));
    place = next;
    await tell(place);
    isOver = isAtEnd();
  }
  const { problems } = place;
  const next: Rolling = isOver
    ? {
        place: CHAIN_START,
        lapBegan: at.toISOString(),
        lapBefore: rolling.lapBegan,
        turn: rolling.turn + turns,
      }
    : { ...rolling, place: { ...place, problems: [] }, turn: rolling.turn + turns };
  return { rolling: next, entries: place.entries - from.entries, problems, lapEnd: isOver ? place : null };
}
