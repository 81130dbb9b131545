// GET /exports/<id>.<format>: the file of an export, for whoever holds a signed link.
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../graphql/context';
import { openDownload } from '../reports/download';
import { beforeName, originOf } from '../reports/origin';
import { readParts } from '../reports/parts';

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
    if (found === 'not_found') return reply.code(404).send({ error: 'NOT_FOUND', message: 'Not found.' });
    // A listener from its first moment: an error that nobody hears ends the process. Who downloads sees fewer bytes than were said.
    const stream = Readable.from(readParts(deps.pool, found.of, found.parts)).on('error', (error) =>
      deps.log.error('export.not_read', { error: String(error) }),
    );
    return reply
      .header('content-type', CONTENT_TYPES[found.format])
      .header('content-length', found.bytes)
      .header('content-disposition', `attachment; filename="${beforeName(originOf(deps))}${params.name}"`)
      .header('digest', `sha-256=${Buffer.from(found.sha256, 'hex').toString('base64')}`)
      .header('cache-control', 'private, no-store')
      .header('x-content-type-options', 'nosniff')
      .send(stream);
  });
}
