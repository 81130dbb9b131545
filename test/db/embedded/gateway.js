// A gateway reduced to its embedded database, in a process of its own that a test can kill. It says where the database
// is, or why there is none, in one line of JSON. With `leave` it then has nothing more to do; otherwise it stays.
const fs = require('node:fs');
const swc = require('@swc/core');
const { transform } = require('../../../jest.config.js');

const [, options] = transform['^.+\\.ts$'];
require.extensions['.ts'] = (module, file) =>
  module._compile(swc.transformFileSync(file, { ...options, swcrc: false }).code, file);

const { startEmbeddedPostgres } = require('../../../src/db/embedded');

const [, , dataDir, stay] = process.argv;
const say = (line) => fs.writeSync(1, `${JSON.stringify(line)}\n`);

startEmbeddedPostgres({ dataDir }).then(
  ({ url, pid }) => {
    say({ url, pid });
    if (stay !== 'leave') setInterval(() => undefined, 60_000);
  },
  (error) => say({ refused: error.message }),
);
