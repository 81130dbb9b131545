// Links to the files of exports. A link is its own permission: signed with a secret of that export, good for an hour, so
// that a browser can follow it without a token, and nobody can make one.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { JobDeps } from '../jobs/deps';
import { findJob } from '../jobs/find';
import type { Job } from '../jobs/job.entity';
import { EXPORT_KIND, type ExportResult, requestIn } from './export';
import { type PartsOf, sizeOfParts } from './parts';
import type { Format } from './rows';

const VALID_MS = 60 * 60 * 1000;
/** How long a file is kept. What is older can be exported again. */
export const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

/** What programs know a file of each format by. */
const EXTENSIONS: Readonly<Record<Format, 'csv' | 'jsonl'>> = {
  csv: 'csv',
  jsonl: 'jsonl',
  spreadsheet: 'csv',
  journal: 'csv',
};

/** A signed path such as /exports/exp_….csv?expires=…&signature=…; null while there is no file, or none any more. */
export function downloadUrl(job: Job, nowMs: number): string | null {
  if (job.status !== 'succeeded' || !job.finishedAt || job.finishedAt.getTime() + KEEP_MS < nowMs)
    return null;
  const { secret, attempt } = job.result as ExportResult;
  if (attempt === undefined) return null;
  const expires = nowMs + VALID_MS;
  return `/exports/${job.id}.${EXTENSIONS[requestIn(job).format]}?expires=${expires}&signature=${sign(secret, job.id, expires)}`;
}

export type Download =
  | {
      readonly of: PartsOf;
      readonly parts: number;
      readonly format: 'csv' | 'jsonl';
      readonly bytes: number;
      readonly sha256: string;
    }
  | 'not_found'
  | 'expired';

/** The file that a link is for, when all of it is there. */
export async function openDownload(
  deps: Pick<JobDeps, 'pool'>,
  link: { readonly name: string; readonly expires: string; readonly signature: string },
  nowMs: number,
): Promise<Download> {
  const [, id, format] = /^(exp_[0-9a-z]{1,64})\.(csv|jsonl)$/.exec(link.name) ?? [];
  const job = id ? await findJob(deps, id) : null;
  if (!job || job.kind !== EXPORT_KIND || job.status !== 'succeeded') return 'not_found';
  const { secret, sha256, bytes, attempt } = job.result as ExportResult;
  const expires = Number(link.expires);
  const isSigned = Number.isSafeInteger(expires) && isSame(sign(secret, job.id, expires), link.signature);
  // A link that was made up is told nothing about what exists.
  if (!isSigned || EXTENSIONS[requestIn(job).format] !== format || attempt === undefined) return 'not_found';
  if (expires < nowMs) return 'expired';
  const of = { exportId: job.id, attempt };
  const size = await sizeOfParts(deps.pool, of);
  if (size.bytes !== bytes) return 'not_found';
  return { of, parts: size.parts, format: format as 'csv' | 'jsonl', bytes, sha256 };
}

const sign = (secret: string, id: string, expires: number): string =>
  createHmac('sha256', secret).update(`${id} ${expires}`).digest('base64url');

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
