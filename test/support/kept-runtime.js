// Loading the same modules anew for each test file took a third of the suite's processor time: the product has seven hundred, its
// libraries thousands. So a worker loads each once, in one realm (kept-environment.js), and hands it to the next file. What stands
// below test/ is loaded for each file. This needs modules that keep no state of their own; test/stateless says that ours do not.
const path = require('node:path');
const Runtime = require('jest-runtime').default;

const TESTS = path.resolve(__dirname, '..') + path.sep;
// It holds the tests of a file, so that each file has its own.
const RUNNER = `${path.sep}jest-circus${path.sep}`;

// Modules by path: of the product and its libraries, and those of Jest that tests use.
const [kept, keptOfJest] = [new Map(), new Map()];
let current;

module.exports = class KeptRuntime extends Runtime {
  constructor(...given) {
    super(...given);
    current = this;
    for (const [file, module] of kept) this.registries.getActiveCjsRegistry().set(file, module);
    for (const [file, module] of keptOfJest) this.registries.getInternalCjsRegistry().set(file, module);
  }

  // A module that was loaded for a file before asks the runtime of that file, which has ended.
  requireModuleOrMock(...asked) {
    return this === current ? super.requireModuleOrMock(...asked) : current.requireModuleOrMock(...asked);
  }

  requireInternalModule(...asked) {
    return this === current ? super.requireInternalModule(...asked) : current.requireInternalModule(...asked);
  }

  requireModule(...asked) {
    return this === current ? super.requireModule(...asked) : current.requireModule(...asked);
  }

  teardown() {
    for (const [file, module] of this.registries.getActiveCjsRegistry())
      if (module.loaded && !file.startsWith(TESTS)) kept.set(file, module);
    for (const [file, module] of this.registries.getInternalCjsRegistry())
      if (module.loaded && !file.includes(RUNNER)) keptOfJest.set(file, module);
    super.teardown();
  }
};
