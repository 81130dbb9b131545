// A product's server: its page, its script, and a token for whoever is signed in, on another origin than the gateway's and under a
// policy that lets nothing inline in.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { type Stand, useBrowser } from './browser';

export interface Product {
  readonly stand: Stand;
  readonly origin: string;
  /** What its server answers at an address. */
  readonly pages: Map<string, string>;
  /** Opens its page; `script` is a module of it. */
  open(body: string, script: string, before?: (page: Page) => Promise<void>): Promise<Page>;
  /** The same with the tag alone, for a user. */
  openTag(userId: string, more?: string, before?: (page: Page) => Promise<void>): Promise<Page>;
  tagFor(userId: string, more?: string): string;
}

export function useProduct(): Product {
  const pages = new Map<string, string>();
  const server = http.createServer((request, response) => void answer(request, response));
  let origin = '';
  const stand = useBrowser(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    stand.friends.add(new URL(origin).host);
    return { ALLOWED_ORIGINS: origin };
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { url = '/' } = request;
    if (url.startsWith('/token/')) {
      const body = JSON.stringify({ userId: url.slice('/token/'.length) });
      const headers = { 'content-type': 'application/json' };
      const issued = await fetch(`${stand.gateway.url}/dev/token`, { method: 'POST', headers, body });
      response.writeHead(200, headers).end(await issued.text());
      return;
    }
    const gateway = stand.gateway.url;
    const live = gateway.replace('http', 'ws');
    const policy = `default-src 'none'; script-src 'self' ${gateway}; connect-src 'self' ${gateway} ${live}; style-src 'self'; frame-src 'self'`;
    const type = url.endsWith('.js') ? 'text/javascript' : url.endsWith('.css') ? 'text/css' : 'text/html';
    response
      .writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy })
      .end(pages.get(url) ?? '<!doctype html>');
  }

  const product: Product = {
    stand,
    get origin() {
      return origin;
    },
    pages,
    open: (body, script, before) => {
      const head = '<!doctype html><html lang="en"><title>Product</title>';
      pages.set('/', `${head}${body}<script type="module" src="/page.js"></script>`);
      pages.set('/page.js', script);
      return stand.open(`${origin}/`, before ? { before } : {});
    },
    openTag: (userId, more, before) =>
      product.open(
        `<main>${product.tagFor(userId, more)}</main>`,
        `import '${stand.gateway.url}/checkout/buy-credits.js';`,
        before,
      ),
    tagFor: (userId, more = '') =>
      `<buy-credits endpoint="${stand.gateway.url}" token-provider="/token/${userId}" ${more}></buy-credits>`,
  };
  return product;
}
