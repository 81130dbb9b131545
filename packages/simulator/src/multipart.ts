// Reads a multipart/form-data body, in which files come. Its text is one character for each byte.
import { hash } from './ids';
import type { Parameters, ReceivedCall } from './wire';

/** A file in a form; of its bytes only how many they are and what they hash to. */
export interface SentFile {
  readonly filename: string;
  readonly type: string;
  readonly size: number;
  readonly digest: string;
}

const MULTIPART = /^multipart\/form-data\b.*?\bboundary="?([^";]{1,70})"?/i;

export const isMultipart = (contentType: string | undefined): boolean =>
  /^multipart\/form-data\b/i.test(contentType ?? '');

/** A part with a file name is a file, any other one text; null when it is no form with a boundary. */
export function parseMultipart({ headers, body }: Pick<ReceivedCall, 'headers' | 'body'>): Parameters | null {
  const boundary = MULTIPART.exec(headers['content-type'] ?? '')?.[1];
  if (!boundary) return null;
  const parameters = Object.create(null) as Record<string, unknown>;
  for (const part of `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1)) {
    const end = part.indexOf('\r\n\r\n');
    if (end === -1) continue;
    const head = unicode(part.slice(0, end));
    const content = part.slice(end + 4);
    const name = /[; ]name="([^"]*)"/i.exec(head)?.[1];
    if (name === undefined) continue;
    const filename = /[; ]filename="([^"]*)"/i.exec(head)?.[1];
    const type = /^content-type: *([^\r\n;]+)/im.exec(head)?.[1] ?? 'application/octet-stream';
    parameters[name] =
      filename === undefined
        ? unicode(content)
        : ({ filename, type, size: content.length, digest: hash(content) } satisfies SentFile);
  }
  return parameters;
}

const unicode = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8');

export const isFile = (value: unknown): value is SentFile =>
  typeof value === 'object' && value !== null && 'digest' in value;
