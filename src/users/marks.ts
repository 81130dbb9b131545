// How names and e-mail addresses are kept: sealed, and beside the seal an HMAC of what is left when spelling is taken off, by which
// the same text is found and no part of one is.
import type { SecretBox } from '../kernel/secret-box';

const PURPOSES = { email: 'user e-mail', name: 'user name' } as const;
export type Said = keyof typeof PURPOSES;

/** One spelling of what people write in several: no white space around it and one space within, small letters, composed (NFC). */
export const plain = (text: string): string =>
  text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase().normalize('NFC');

/** Sealed under the first key, with its mark. */
export const sealed = (secrets: SecretBox, said: Said, text: string) => ({
  text: secrets.sealText(text, PURPOSES[said]),
  mark: secrets.marksOf(plain(text), PURPOSES[said])[0],
});

/** @throws Fault when its key is not configured any more */
export const opened = (secrets: SecretBox, said: Said, text: string): string =>
  secrets.openText(text, PURPOSES[said]);

/** By what a text is found where it is somebody's whole name or e-mail address, under each key that is configured. */
export const marksOf = (secrets: SecretBox, text: string): readonly string[] =>
  plain(text) === ''
    ? []
    : Object.values(PURPOSES).flatMap((purpose) => secrets.marksOf(plain(text), purpose));

/** Tells the key that seals from others, and nothing about it. */
export const keyMark = (secrets: SecretBox): string => secrets.marksOf('the first key', 'user keys')[0];
