// The realm that all test files of a worker share, so that what they load is loaded once: kept-runtime.js says what.
const { TestEnvironment } = require('jest-environment-node');

// Jest's own list of who hears of tests; each file brings its own.
const EVENT_HANDLERS = Symbol.for('EVENT_HANDLERS');

class Realm extends TestEnvironment {
  async setup() {
    this.env = { ...this.global.process.env };
  }

  /** What a file set is gone before the next one begins: variables of the process, faked timers, hearers of tests. */
  async teardown() {
    const { env } = this.global.process;
    for (const name of Object.keys(env)) if (!(name in this.env)) delete env[name];
    Object.assign(env, this.env);
    this.fakeTimers.useRealTimers();
    this.fakeTimersModern.useRealTimers();
    delete this.global[EVENT_HANDLERS];
  }
}

let kept;

// Jest calls it with `new`, once for each file.
module.exports = function KeptRealm(config, context) {
  kept ??= new Realm(config, context);
  return kept;
};
