// GET /receipts/<number>?signature=…&language=hi: a payer's receipt, for whoever holds its link.
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../graphql/context';
import { findReceipt } from '../receipts/find-receipt';
import { RECEIPT_SCRIPT, RECEIPT_STYLE, receiptPage } from '../receipts/page';
import { receiptLanguage } from '../receipts/texts';
import { NOBODY } from './caching';

interface Link {
  readonly Params: { readonly number: string };
  readonly Querystring: { readonly signature?: string; readonly language?: string };
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

// The one style and the one script that stand in the page, and nothing else from anywhere.
const POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(RECEIPT_STYLE)}`,
  `script-src ${hashOf(RECEIPT_SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function addReceiptRoute(server: FastifyInstance, deps: Deps): void {
  server.get<Link>('/receipts/:number', async ({ params, query, headers }, reply) => {
    const signature = String(query.signature);
    const receipt = await findReceipt(deps, { number: params.number, signature });
    // The address is the permission: it is kept in no cache, told to no other site and read by no search engine.
    reply
      .header('cache-control', NOBODY)
      .header('referrer-policy', 'no-referrer')
      .header('x-robots-tag', 'noindex')
      .header('x-content-type-options', 'nosniff')
      .header('vary', 'Accept-Language')
      .header('content-security-policy', POLICY);
    if (!receipt) return reply.code(404).send({ error: 'NOT_FOUND', message: 'There is no such receipt.' });
    // What was asked for in a language that there is none of is written as the browser likes it.
    const language = receiptLanguage(`${query.language ?? ''},${headers['accept-language'] ?? ''}`);
    const other = `?signature=${encodeURIComponent(signature)}&language=${language === 'en' ? 'hi' : 'en'}`;
    return reply.type('text/html; charset=utf-8').send(receiptPage(receipt, language, other));
  });
}
