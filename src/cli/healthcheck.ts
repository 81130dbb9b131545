// What a container's health check runs: exit code 0 when this process can serve. It asks the port that fits the role and
// loads nothing else, because it runs every few seconds.
const { ROLE = 'all', PORT = '4000', WORKER_PORT = '' } = process.env;
const port = ROLE === 'worker' ? WORKER_PORT : PORT;

// A container's check has 3 s in all.
const ANSWER_WITHIN_MS = 2_500;

async function isReady(): Promise<boolean> {
  if (port === '') throw new Error('a worker answers at WORKER_PORT, which is not set');
  const url = `http://127.0.0.1:${port}/readyz`;
  const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (!ok) process.stderr.write(`${url} answered ${status}\n`);
  return ok;
}

isReady().then(
  (ok) => {
    process.exitCode = ok ? 0 : 1;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
