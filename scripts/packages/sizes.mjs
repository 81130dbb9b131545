// What a package weighs in a page: bundled from what was packed, minified, gzipped. What is loaded later, as a provider's sheet,
// does not count, and is shown.
import path from 'node:path';
import zlib from 'node:zlib';
import { ofGateway, productWith } from './product.mjs';

// The client and the tag have the sizes that were asked for, 6 and 9 kB: the client without graphql-ws, which whoever uses
// GraphQL subscriptions has already, the tag with all that it needs. The others are what was measured, and a tenth.
const BUDGETS = [
  { what: 'client', entry: '@credits-gateway/client', external: ['graphql-ws/client'], max: 6_000 },
  { what: 'client with graphql-ws', entry: '@credits-gateway/client', external: [], max: 7_300 },
  { what: 'react', entry: '@credits-gateway/react', external: [/^@credits-gateway\/client/], max: 2_000 },
  { what: 'element with all that it needs', entry: '@credits-gateway/element', external: [], max: 9_000 },
];

async function sizeOf(folder, entry, external) {
  const { build } = await import('vite');
  const id = path.join(folder, 'entry.js');
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'entry',
        resolveId: (source) => (source === id ? id : null),
        load: (source) => (source === id ? `export * from '${entry}';` : null),
      },
    ],
    build: {
      write: false,
      lib: { entry: id, formats: ['es'], fileName: 'bundle' },
      rollupOptions: {
        external: ['react', ...external],
        output: { minify: { compress: true, mangle: true, codegen: { removeWhitespace: true } } },
      },
    },
  });
  const chunks = [built].flat()[0].output.map((chunk) => ({
    isFirst: chunk.isEntry,
    bytes: zlib.gzipSync(chunk.code, { level: 9 }).length,
  }));
  const sum = (list) => list.reduce((total, { bytes }) => total + bytes, 0);
  return {
    first: sum(chunks.filter(({ isFirst }) => isFirst)),
    later: sum(chunks.filter(({ isFirst }) => !isFirst)),
  };
}

/** The checks, by what they say. */
export function sizes(tarballs, from) {
  const links = { 'graphql-ws': ofGateway('graphql-ws'), react: ofGateway('react') };
  const folder = productWith(['client', 'react', 'element'], links, tarballs, from);
  return BUDGETS.map(({ what, entry, external, max }) => [
    `size of ${what}`,
    async () => {
      const { first, later } = await sizeOf(folder, entry, external);
      const said = `${first} of ${max} bytes gzipped${later > 0 ? `, ${later} later` : ''}`;
      if (first === 0 || first > max) throw new Error(said);
      return said;
    },
  ]);
}
