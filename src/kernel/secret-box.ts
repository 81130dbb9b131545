// What is stored encrypted: the bodies of webhook events, which name payers, and the secrets of endpoints. AES-256-GCM, so
// that what was changed is not opened, under a key that the database does not hold.
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Fault } from './invariant';

export interface SecretBox {
  /** @param purpose what it is for: sealed for one purpose it cannot be opened for another. */
  seal(content: Buffer, purpose: string): Buffer;
  /**
   * What was sealed under any of the keys. Content from before there were keys comes back as it is.
   * @throws Fault when its key is not among them, or when it was changed.
   */
  open(sealed: Buffer, purpose: string): Buffer;
  sealText(text: string, purpose: string): string;
  openText(sealed: string, purpose: string): string;
  /** What proves, or finds again, a text without telling it: an HMAC in base64url under each key, that of the sealing one first. */
  marksOf(text: string, purpose: string): readonly [string, ...string[]];
}

// No body that a provider sends, and no secret, begins like this.
const MARK = Buffer.from('\u0001cg1', 'latin1');
const TEXT_MARK = 'cg1:';
const KEY_ID_BYTES = 4;
// What GCM is made for.
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface Key {
  readonly id: Buffer;
  readonly bytes: Buffer;
}

/** @param keys any texts of enough entropy: the first one seals, all of them open. */
export function createSecretBox(keys: readonly string[]): SecretBox {
  const known = keys.map(keyFrom);
  const [sealing] = known;
  if (!sealing) throw new Fault('There is no key to encrypt with');

  function seal(content: Buffer, purpose: string): Buffer {
    const { id, bytes } = sealing as Key;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(purpose));
    const hidden = Buffer.concat([cipher.update(content), cipher.final()]);
    return Buffer.concat([MARK, id, nonce, cipher.getAuthTag(), hidden]);
  }

  function open(sealed: Buffer, purpose: string): Buffer {
    if (!isSealed(sealed)) return sealed;
    const take = cutter(sealed, MARK.length);
    const [id, nonce, tag] = [take(KEY_ID_BYTES), take(NONCE_BYTES), take(TAG_BYTES)];
    const key = known.find((candidate) => candidate.id.equals(id));
    if (!key) throw new Fault('SECRETS_KEY does not hold the key that this was encrypted with');
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(take(sealed.length)), decipher.final()]);
  }

  return {
    seal,
    open,
    sealText: (text, purpose) => TEXT_MARK + seal(Buffer.from(text), purpose).toString('base64'),
    openText: (text, purpose) => {
      if (!text.startsWith(TEXT_MARK)) return text;
      const sealed = Buffer.from(text.slice(TEXT_MARK.length), 'base64');
      // What is broken is not taken for content from before there were keys.
      if (!isSealed(sealed)) throw new Fault('It was sealed, and is no seal any more');
      return open(sealed, purpose).toString();
    },
    marksOf: (text, purpose) =>
      known.map(({ bytes }) => markOf(bytes, text, purpose)) as unknown as readonly [string, ...string[]],
  };
}

/** Under a key of its own for each purpose, so that what was made for one proves nothing for another. */
const markOf = (key: Buffer, text: string, purpose: string): string =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', key, '', `credits-gateway ${purpose}`, 32)))
    .update(text)
    .digest('base64url');

const isSealed = (content: Buffer) => content.subarray(0, MARK.length).equals(MARK);

function keyFrom(text: string): Key {
  const bytes = Buffer.from(hkdfSync('sha256', text, '', 'credits-gateway stored secrets', 32));
  return { bytes, id: createHash('sha256').update(bytes).digest().subarray(0, KEY_ID_BYTES) };
}

/** Cuts a buffer into pieces, one after the other. */
function cutter(buffer: Buffer, from: number): (length: number) => Buffer {
  let at = from;
  return (length) => {
    const piece = buffer.subarray(at, at + length);
    at += length;
    return piece;
  };
}
