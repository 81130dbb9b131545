// Two builds: the pages that the gateway serves, and the browser's packages as files that a plain page loads from it.
import fs from 'node:fs';
import path from 'node:path';
import { defaultClientConditions, defineConfig, type Plugin, type UserConfig } from 'vite';

import { compressed } from './compressed';

const web = import.meta.dirname;

/** In which file of its package each name of the library's index stands. */
function filesOf(name: string): Map<string, string> {
  const esm = path.join(web, '..', 'node_modules', name, 'esm');
  const index = fs.readFileSync(path.join(esm, 'index.mjs'), 'utf8');
  const found = new Map<string, string>();
  for (const [, names = '', file = ''] of index.matchAll(/^import \{ ([^}]+) \} from "(\.[^"]+)";$/gm))
    for (const own of names.split(', ')) found.set(own, path.join(esm, file));
  return found;
}

/**
 * Takes each component and each hook from its own file. The library's index names all of them, and what one module names the
 * bundler loads at once: the first load would bring what only a dialog needs.
 */
function withoutIndex(): Plugin {
  const filesBy = new Map(['@mantine/core', '@mantine/hooks'].map((name) => [name, filesOf(name)]));
  const line = (from: string) => (name: string) =>
    `import { ${name} } from ${JSON.stringify(filesBy.get(from)?.get(name) ?? from)};`;
  return {
    name: 'without-index',
    enforce: 'pre',
    transform: (code) =>
      code.replace(
        /^import \{([^}]+)\} from ["'](@mantine\/(?:core|hooks))["'];?$/gm,
        (_, names: string, from: string) =>
          names
            .split(',')
            .map((name) => name.trim())
            .filter((name) => name !== '' && !name.startsWith('type '))
            .map(line(from))
            .join(' '),
      ),
  };
}

/**
 * A page whose first script only begins: what that loads next is named in the page, so that all comes at once, and styles are there
 * before anything is drawn.
 */
function namedAhead(): Plugin {
  return {
    name: 'named-ahead',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle = {}, chunk }) => {
        const files = new Set<string>();
        const styles = new Set<string>();
        const add = (file: string) => {
          const found = bundle[file];
          if (found?.type !== 'chunk' || files.has(file)) return;
          files.add(file);
          for (const style of found.viteMetadata?.importedCss ?? []) styles.add(style);
          found.imports.forEach(add);
        };
        if (chunk?.moduleIds.some((id) => id.endsWith('/begin.ts'))) chunk.dynamicImports.forEach(add);
        const tag = (rel: string) => (file: string) => ({
          tag: 'link',
          attrs: { rel, crossorigin: true, href: `/${file}` },
          injectTo: 'head' as const,
        });
        const ahead = [...files].filter((file) => !html.includes(file));
        return [...ahead.map(tag('modulepreload')), ...[...styles].map(tag('stylesheet'))];
      },
    },
  };
}

const shared: UserConfig = {
  root: web,
  publicDir: false,
  // The packages of this repository are built in from their sources.
  resolve: { conditions: ['credits-gateway-source', ...defaultClientConditions] },
  // No plugin for React: the compiler of Vite turns JSX into calls of React's automatic runtime.
  oxc: { jsx: { runtime: 'automatic', importSource: 'react' } },
};

const pages: UserConfig = {
  ...shared,
  base: '/',
  plugins: [withoutIndex(), namedAhead(), compressed()],
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The explorer's editors and its schema tools, in kB before they are compressed.
    chunkSizeWarningLimit: 800,
    rollupOptions: {
      input: ['console', 'explorer', 'shop', 'docs'].map((page) => path.join(web, page, 'index.html')),
    },
  },
};

const packageOf = { client: 'client', react: 'react', 'buy-credits': 'element' } as const;
type Entry = keyof typeof packageOf;
const entryOf = (name: Entry) => path.join(web, '..', 'packages', packageOf[name], 'src', `${name}.ts`);

/** Each entry as one file beside its lazy parts; what two entries of one build share would be a file of its own. */
const library = (entries: Entry[]): UserConfig => ({
  ...shared,
  plugins: [compressed()],
  build: {
    lib: { entry: Object.fromEntries(entries.map((name) => [name, entryOf(name)])), formats: ['es'] },
    rollupOptions: {
      external: ['react'],
      output: {
        // Vite leaves the white space in a library's ES modules; these are also loaded as they are.
        minify: { compress: true, mangle: true, codegen: { removeWhitespace: true } },
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
      },
    },
  },
});

const PARTS: Record<string, UserConfig> = {
  pages,
  checkout: library(['client', 'react']),
  element: library(['buy-credits']),
};

export default defineConfig(PARTS[process.env.WEB_PART ?? 'pages'] ?? pages);
