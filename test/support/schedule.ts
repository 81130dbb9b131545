// The schedule of a running gateway beside tests of what happens without it.
import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 600_000;
// The longest of these tests on a busy machine.
const TEST_MS = 20_000;
// The sweep itself.
const SWEEP_MS = 5_000;

/** Before each test of a lost event: the gateway looks for those every ten minutes, and must not do so under the test's feet. */
export async function awayFromTheSweep(): Promise<void> {
  const leftMs = EVERY_MS - (Date.now() % EVERY_MS);
  if (leftMs < TEST_MS) await pause(leftMs + SWEEP_MS);
}
