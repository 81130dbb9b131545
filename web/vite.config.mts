// Two builds: the pages that the gateway serves, and the drop-in checkout that others load or bundle.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { defineConfig, type Plugin, type UserConfig } from 'vite';

import { compressed } from './compressed';

const web = import.meta.dirname;

/**
 * Takes each component from its own file. The library's index names all of them, and what one module names the bundler
 * loads at once: the first load would bring what only a dialog needs.
 */
function withoutIndex(): Plugin {
  const esm = path.join(web, '..', 'node_modules', '@mantine', 'core', 'esm');
  const index = fs.readFileSync(path.join(esm, 'index.mjs'), 'utf8');
  const fileOf = new Map<string, string>();
  for (const [, names = '', file = ''] of index.matchAll(/^import \{ ([^}]+) \} from "(\.[^"]+)";$/gm))
    for (const name of names.split(', ')) fileOf.set(name, path.join(esm, file));
  const line = (name: string) => {
    const file = fileOf.get(name);
    return `import { ${name} } from ${JSON.stringify(file ?? '@mantine/core')};`;
  };
  return {
    name: 'without-index',
    enforce: 'pre',
    transform: (code) =>
      code.replace(/^import \{([^}]+)\} from ["']@mantine\/core["'];?$/gm, (_, names: string) =>
        names
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== '' && !name.startsWith('type '))
          .map(line)
          .join(' '),
      ),
  };
}

/** What a bundler needs beside the code: the types, and that these files are ES modules. */
function described(): Plugin {
  return {
    name: 'described',
    writeBundle: ({ dir }) => {
      const out = dir ?? '';
      fs.writeFileSync(path.join(out, 'package.json'), '{ "type": "module" }\n');
      const compiler = path.join(web, '..', 'node_modules', '.bin', 'tsc');
      execFileSync(compiler, ['-p', path.join(web, 'checkout'), '--outDir', out], { stdio: 'inherit' });
    },
  };
}

const shared: UserConfig = {
  root: web,
  publicDir: false,
  // No plugin for React: the compiler of Vite turns JSX into calls of React's automatic runtime.
  oxc: { jsx: { runtime: 'automatic', importSource: 'react' } },
};

const pages: UserConfig = {
  ...shared,
  base: '/',
  plugins: [withoutIndex(), compressed()],
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

/** Each entry as one file beside its lazy parts; what two entries of one build share would be a file of its own. */
const library = (entries: string[], plugins: Plugin[]): UserConfig => ({
  ...shared,
  plugins: [compressed(), ...plugins],
  build: {
    lib: {
      entry: Object.fromEntries(entries.map((name) => [name, path.join(web, 'checkout', `${name}.ts`)])),
      formats: ['es'],
    },
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
  checkout: library(['client', 'react'], [described()]),
  element: library(['buy-credits'], []),
};

export default defineConfig(PARTS[process.env.WEB_PART ?? 'pages'] ?? pages);
