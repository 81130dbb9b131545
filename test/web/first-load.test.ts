// The first load of a page by a browser that has kept nothing: what moves under the reader's eye, and what came over the wire.
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually';
import { as, useConsole } from './console-stand';

const stand = useConsole();

// A fifth of what is called good elsewhere (0.1): what is read or about to be clicked stays where it is.
const SHIFT_MAX = 0.02;
// Longer than any answer takes to a browser beside the gateway: what stands while it waits is seen.
const SLOW_MS = 600;

interface Shift {
  readonly value: number;
  readonly sources: readonly string[];
}

/** Keeps what the browser says of layout shifts, with the places that moved. */
const WATCH = `
  window.shifts = [];
  const nameOf = (node) => {
    const element = node instanceof Element ? node : node?.parentElement;
    if (!element) return String(node?.nodeName);
    const label = element.getAttribute('aria-label');
    return element.tagName.toLowerCase() + (element.className ? '.' + String(element.className).split(' ')[0] : '') + (label ? '[' + label + ']' : '');
  };
  const boxOf = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries())
      if (!hadRecentInput)
        window.shifts.push({
          value,
          sources: sources.map((s) => nameOf(s.node) + ' from ' + boxOf(s.previousRect) + ' to ' + boxOf(s.currentRect)),
        });
  }).observe({ type: 'layout-shift', buffered: true });
`;

async function shiftsOf(
  path: string,
  width: number,
  isSlow: boolean,
  seen: (page: Page) => Promise<unknown>,
) {
  const page = await stand.open(path, {
    before: async (opened) => {
      await opened.setViewportSize({ width, height: 860 });
      await opened.addInitScript(WATCH);
      await as('admin')(opened);
      if (isSlow)
        await opened.route(/\/(graphql|dev\/token)$/, async (route) => {
          await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
          await route.continue();
        });
    },
  });
  await seen(page);
  // What comes after the last answer is laid out, and told a frame later.
  await page.waitForTimeout(500);
  const shifts = await page.evaluate<readonly Shift[]>('window.shifts');
  return { sum: shifts.reduce((sum, { value }) => sum + value, 0), shifts };
}

const PAGES = [
  ['/console', (page: Page) => page.getByText('Newest payments').waitFor()],
  ['/console/payments', (page: Page) => page.locator('.rows tbody tr').first().waitFor()],
  ['/shop', (page: Page) => page.getByRole('button', { name: /^Buy/ }).first().waitFor()],
] as const;

it.each(PAGES)(
  'moves nothing while %s comes, on a wide and a narrow screen, however slow the answers are',
  async (path, seen) => {
    const moved: unknown[] = [];
    for (const width of [1280, 390])
      for (const isSlow of [false, true]) {
        const { sum, shifts } = await shiftsOf(path, width, isSlow, seen);
        process.stdout.write(`  ${path} at ${width}${isSlow ? ', slow' : ''}: ${sum.toFixed(4)}\n`);
        if (sum > SHIFT_MAX) moved.push({ width, isSlow, sum, shifts });
      }
    expect(moved).toEqual([]);
  },
  120_000,
);

interface Fetched {
  readonly url: string;
  readonly from: number;
  to: number;
  bodyBytes: number;
  /** With the head, as HTTP/1.1 sends it. */
  bytes: number;
}

/** What a browser that has kept nothing fetched until the page stood, as the browser counts it: compressed, as it was sent. */
async function fetchedBy(path: string, seen: (page: Page) => Promise<unknown>) {
  const answers = new Map<string, Fetched>();
  let begun = 0;
  const page = await stand.open('/healthz', { before: as('admin') });
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  session.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
    begun ||= timestamp;
    const url = new URL(request.url).pathname;
    answers.set(requestId, { url, from: timestamp - begun, to: 0, bodyBytes: 0, bytes: 0 });
  });
  session.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    const answer = answers.get(requestId);
    if (answer) answer.bodyBytes += encodedDataLength;
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength, timestamp }) => {
    const answer = answers.get(requestId);
    if (answer) Object.assign(answer, { bytes: encodedDataLength, to: timestamp - begun });
  });
  session.on('Network.loadingFailed', ({ requestId }) => answers.delete(requestId));
  const started = performance.now();
  await page.goto(path);
  await seen(page);
  const seconds = (performance.now() - started) / 1000;
  await page.waitForLoadState('networkidle');
  // Idle is also who waits half a second for an answer.
  const list = await eventually(
    () => [...answers.values()],
    (known) => known.every(({ to }) => to > 0),
  );
  const kilobytes = (which: 'bodyBytes' | 'bytes') =>
    list.reduce((sum, { [which]: bytes }) => sum + bytes, 0) / 1000;
  return { list, seconds, sent: kilobytes('bodyBytes'), withHeads: kilobytes('bytes') };
}

// What may be sent for each, in kB. Heads are told and not counted: a proxy that speaks HTTP/2 makes a tenth of them.
const SIZES = [
  ['/console', 220, (page: Page) => page.locator('.rows tbody tr').first().waitFor()],
  ['/shop', 80, (page: Page) => page.getByRole('button', { name: /^Buy/ }).first().waitFor()],
  ['/explorer', 900, (page: Page) => page.getByRole('button', { name: 'Run' }).first().waitFor()],
] as const;

it.each(SIZES)('is sent %s in at most %i kB', async (path, max, seen) => {
  const { list, seconds, sent, withHeads } = await fetchedBy(path, seen);
  for (const { url, from, to, bodyBytes } of list)
    process.stdout.write(
      `    ${(from * 1000).toFixed(0).padStart(6)} to ${(to * 1000).toFixed(0).padStart(6)} ms ${String(bodyBytes).padStart(7)} bytes ${url}\n`,
    );
  process.stdout.write(
    `  ${path}: ${sent.toFixed(1)} kB, ${withHeads.toFixed(1)} with heads, in ${list.length} answers; it stood after ${seconds.toFixed(2)} s\n`,
  );
  expect(sent).toBeGreaterThan(max / 4);
  expect(sent).toBeLessThanOrEqual(max);
});
