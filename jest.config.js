// Tests run the TypeScript sources through swc, with the decorator metadata that TypeORM and type-graphql read.
const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};
const swcForPackages = { ...swc, jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } } };
// Packages that ship ES modules only: jest below Node 24.9 cannot require() them.
const esmOnly = ['jose'];

module.exports = {
  testEnvironment: '<rootDir>/test/support/kept-environment.js',
  runtime: '<rootDir>/test/support/kept-runtime.js',
  // The packages of this repository are tested from their sources too.
  testEnvironmentOptions: { customExportConditions: ['credits-gateway-source', 'node', 'node-addons'] },
  roots: ['<rootDir>/test'],
  // test/server needs a PostgreSQL server and Redis; `npm run test:server` brings them.
  testPathIgnorePatterns: [
    '/node_modules/',
    '/test/support/',
    ...(process.env.TEST_DATABASE_URL ? [] : ['/test/server/']),
    // test/upgrade works for a minute with two releases; `npm run test:upgrade` says which.
    ...(process.env.TEST_UPGRADE ? [] : ['/test/upgrade/']),
    // test/examples needs a browser and a registry; `npm run test:examples` packs what they install.
    ...(process.env.TEST_EXAMPLES ? [] : ['/test/examples/']),
    // test/web needs a browser; `npm run test:web` says which.
    ...(process.env.TEST_WEB ? [] : ['/test/web/']),
    // test/clients needs packages of its own; `npm run test:clients` installs them.
    ...(process.env.TEST_CLIENTS ? [] : ['/test/clients/']),
  ],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/each-file.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', swc],
    [`node_modules/(${esmOnly.join('|')})/.+\\.js$`]: ['@swc/jest', swcForPackages],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  // The longest take 40 s alone on a small machine; on one that does other things as well, three times that.
  testTimeout: 180_000,
  testSequencer: '<rootDir>/test/support/longest-first.js',
  // Two workers: the test database and the gateways under test need the rest of a small machine.
  maxWorkers: 2,
};
