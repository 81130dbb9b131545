// Text files as .br and .gz beside themselves, so that the gateway never compresses while it serves.
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Plugin } from 'vite';

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

// The highest: 7 % fewer bytes than level 9 for each browser, and 4 s of one core for each build.
export const BROTLI_QUALITY = 11;
// Below this a compressed file saves no packet.
const COMPRESS_FROM_BYTES = 1_024;

/** Writes each text file of `names` in `folder` twice more. */
export async function compress(folder: string, names: readonly string[]): Promise<void> {
  const files = names.filter((name) => /\.(js|css|html|svg|json|md|txt)$/.test(name));
  await Promise.all(
    files.map(async (name) => {
      const file = path.join(folder, name);
      const bytes = await fs.promises.readFile(file);
      if (bytes.length < COMPRESS_FROM_BYTES) return;
      const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
      await fs.promises.writeFile(`${file}.br`, await brotli(bytes, { params }));
      await fs.promises.writeFile(`${file}.gz`, await gzip(bytes, { level: 9 }));
    }),
  );
}

/** Does so with what a build wrote. */
export const compressed = (): Plugin => ({
  name: 'compressed',
  writeBundle: ({ dir }, bundle) => compress(dir ?? '', Object.keys(bundle)),
});
