// Required into a process of a soak, which runs with --expose-gc: on SIGUSR2 it collects what can be collected and writes what is left,
// and what is open, to the file SOAK_PROBE.
const fs = require('node:fs');

process.on('SIGUSR2', () => {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const timers = resources.filter((name) => name === 'Timeout' || name === 'Immediate').length;
  const file = process.env.SOAK_PROBE;
  fs.writeFileSync(
    `${file}.new`,
    JSON.stringify({ heapUsed, external, timers, handles: resources.length - timers }),
  );
  fs.renameSync(`${file}.new`, file);
});
