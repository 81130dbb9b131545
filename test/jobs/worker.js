// A process that runs jobs of the kind `counting`, to be killed. Usage: node worker.js <database url>
require('reflect-metadata');
const path = require('node:path');
const dist = (name) => require(path.join(__dirname, '..', '..', 'dist', 'src', name));
const { CODE } = dist('app/database');
const { createPool } = dist('db/pool');
const { createHub } = dist('events/hub');
const { createReadEvents } = dist('events/feed');
const { createJobLoop } = dist('jobs/job-loop');
const { runLoops } = dist('jobs/run-loops');

const url = process.argv[2];
const pool = createPool(url, CODE.schema, 4, () => undefined);
const tell = (event, facts) => process.stderr.write(`${event} ${JSON.stringify(facts)}\n`);
const log = { info: () => undefined, warn: tell, error: tell, critical: tell };
const counting = {
  kind: 'counting',
  run: async ({ job, save }) => {
    for (let step = (job.checkpoint?.step ?? 0) + 1; step <= job.input.to; step++) {
      await new Promise((resolve) => setTimeout(resolve, job.input.everyMs));
      await save({ checkpoint: { step }, done: step, total: job.input.to });
      process.stdout.write(`${step}\n`);
    }
    return {};
  },
};
const deps = { pool, hub: createHub(), log, readEvents: createReadEvents(pool) };
runLoops(deps, [createJobLoop(deps, [counting])], new AbortController().signal);
