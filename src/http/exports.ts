// GET /exports/<id>.<format>: the file of an export, for whoever holds a signed link.
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../graphql/context';
import { openDownload } from '../reports/download';

const CONTENT_TYPES = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson; charset=utf-8',
} as const;

interface Link {
  readonly Params: { readonly name: string };
  readonly Querystring: { readonly expires?: string; readonly signature?: string };
}

export function addExportRoute(server: FastifyInstance, deps: Deps): void {
  server.get<Link>('/exports/:name', async ({ params, query }, reply) => {
    const link = { name: params.name, expires: String(query.expires), signature: String(query.signature) };
    const found = await openDownload(deps, link, deps.clock.nowMs());
    if (found === 'expired')
      return reply
        .code(403)
        .send({ error: 'LINK_EXPIRED', message: 'This link was good for an hour. Ask for a new one.' });
    const stream = found === 'not_found' ? null : await opened(deps, found.file, found.bytes);
    if (found === 'not_found' || !stream)
      return reply.code(404).send({ error: 'NOT_FOUND', message: 'Not found.' });
    return reply
      .header('content-type', CONTENT_TYPES[found.format])
      .header('content-length', found.bytes)
      .header('content-disposition', `attachment; filename="${params.name}"`)
      .header('digest', `sha-256=${Buffer.from(found.sha256, 'hex').toString('base64')}`)
      .header('cache-control', 'private, no-store')
      .header('x-content-type-options', 'nosniff')
      .send(stream);
  });
}

/**
 * The file, opened before anything is answered; null when it is gone, cannot be read, or is not as long as it was. The
 * stream has a listener from its first moment: an error that nobody hears ends the process.
 */
async function opened({ log }: Pick<Deps, 'log'>, file: string, bytes: number): Promise<Readable | null> {
  const failed = (error: unknown) => log.error('export.not_read', { error: String(error) });
  try {
    const handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size === bytes) return handle.createReadStream().on('error', failed);
    await handle.close();
    failed(`${size} of ${bytes} bytes are there`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') failed(error);
  }
  return null;
}
