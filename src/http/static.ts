// The pages that people see: console, explorer, shop, the documents, and the drop-in checkout for other sites. They are built beside
// this code (npm run build:web) and already compressed; until they are there a page says that it is being built.
import fs from 'node:fs';
import path from 'node:path';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../kernel/config';
import type { Descriptor } from '../providers/descriptor';
import { descriptorOf, PROVIDER_NAMES } from '../providers/descriptors';
import { unbuiltPage } from './unbuilt-page';

type Directives = Record<string, string[]>;
type Page = 'console' | 'explorer' | 'shop' | 'docs';

// Nothing from elsewhere and nothing inline runs. Styles may be inline: Mantine and the editor write theirs at run time.
const OWN: Directives = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'worker-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
};

/** The policy of one page, as directives. */
export function policyOf(config: Config, page: Page): Directives {
  const sheets =
    page === 'shop' ? [...(config.mode === 'mock' ? [] : sheetsOf(config)), ...captchaOf(config)] : [];
  const names = new Set([OWN, ...sheets].flatMap(Object.keys));
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      [...(OWN[name] ?? ["'self'"]), ...sheets.flatMap((sheet) => sheet[name] ?? [])],
    ]),
  );
}

/** A captcha is drawn by its own script, in a frame of the same origin. */
function captchaOf({ risk: { captcha } }: Config): Descriptor['policy'][] {
  if (!captcha?.script) return [];
  const { origin } = new URL(captcha.script);
  return [{ 'script-src': [origin], 'frame-src': [origin], 'connect-src': [origin], 'style-src': [origin] }];
}

/** What the payment sheets of the enabled providers need; all forbid serving their scripts from elsewhere. */
const sheetsOf = (config: Config): Descriptor['policy'][] =>
  PROVIDER_NAMES.filter((name) => config.providers[name]).map((name) => descriptorOf(name).policy);

/**
 * Adds the pages.
 * @param folder where the build is; it may come later
 */
export async function addPages(
  server: FastifyInstance,
  config: Config,
  folder = builtFolder(),
): Promise<void> {
  await server.register(fastifyStatic, {
    root: folder,
    serve: false,
    preCompressed: true,
    cacheControl: false,
  });
  const isBuilt = () => fs.existsSync(path.join(folder, '.built'));

  await server.register(async (scope) => {
    await scope.register(helmet, {
      // TLS ends in front of the gateway, and so does the promise that there always is some.
      strictTransportSecurity: false,
      // The providers' sheets open windows of their own that talk back.
      crossOriginOpenerPolicy: false,
      contentSecurityPolicy: false,
    });
    const answerOf = (name: Page, fileOf: (request: FastifyRequest) => string) => {
      const policy = Object.entries(policyOf(config, name)).map(
        ([key, values]) => `${key} ${values.join(' ')}`,
      );
      return (request: FastifyRequest, reply: FastifyReply) => {
        reply.header('content-security-policy', policy.join('; ')).header('cache-control', 'no-cache');
        return isBuilt() ? reply.sendFile(fileOf(request)) : sendUnbuilt(reply, folder);
      };
    };
    const page = (name: Page) => {
      const answer = answerOf(name, () => `${name}/index.html`);
      // Every address below is a screen of the same page.
      for (const url of [`/${name}`, `/${name}/*`]) scope.get(url, answer);
    };
    page('console');
    if (config.explorer !== 'off') page('explorer');
    if (config.mode !== 'live') page('shop');
    scope.get('/', (_request, reply) => reply.redirect('/console', 302));
    // Relative, as the documents' own links are.
    scope.get('/docs', (_request, reply) => reply.redirect('docs/', 302));
    scope.get(
      '/docs/*',
      answerOf('docs', (request) => fileOf(request).replace(/\/$/, '/index.html')),
    );
    // What programs read of the documents.
    for (const name of ['llms.txt', 'llms-full.txt'])
      scope.get(`/${name}`, (_request, reply) =>
        isBuilt() ? reply.header('cache-control', 'no-cache').sendFile(name) : sendUnbuilt(reply, folder),
      );
    // Their names are hashes of what is in them.
    scope.get('/assets/*', (request, reply) =>
      reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(fileOf(request)),
    );
    scope.get('/checkout/*', (request, reply) =>
      reply
        .header('cache-control', 'no-cache')
        .header('access-control-allow-origin', '*')
        .header('cross-origin-resource-policy', 'cross-origin')
        .sendFile(fileOf(request)),
    );
  });
}

const fileOf = (request: FastifyRequest) => new URL(request.url, 'http://gateway').pathname.slice(1);

function sendUnbuilt(reply: FastifyReply, folder: string) {
  const failed = fs.existsSync(path.join(path.dirname(folder), 'web-failed.log'));
  const building = fs.existsSync(path.join(path.dirname(folder), 'web-build.log'));
  return reply
    .code(503)
    .header('retry-after', '2')
    .type('text/html; charset=utf-8')
    .send(unbuiltPage(failed ? 'failed' : building ? 'building' : 'absent'));
}

/** dist/web, seen from the compiled file in dist/src/http and from the source in src/http. */
export function builtFolder(): string {
  const root = path.resolve(__dirname, '..', '..');
  return path.basename(root) === 'dist' ? path.join(root, 'web') : path.join(root, 'dist', 'web');
}
