// The cursor of a live stream: opaque to clients, inside it the version that was seen last.
import { invalidInput } from '../kernel/problems';

const encode = (text: string) => Buffer.from(text).toString('base64url');

export const cursorAt = (subject: string, version: number): string => encode(`1 ${version} ${subject}`);

/** @throws Problem INVALID_INPUT for text that is no cursor, or that belongs to another subject. */
export function versionIn(cursor: string, subject: string): number {
  const match = /^1 (\d{1,9}) (.+)$/s.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match || match[2] !== subject || cursor !== cursorAt(subject, Number(match[1])))
    throw invalidInput('This is not a cursor of this stream.', 'after');
  return Number(match[1]);
}
