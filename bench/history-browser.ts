// How long a person waits in a real browser: from the address to the first row, with nothing in the browser's cache, and
// from "Load more" to the next rows. Debian's chromium, or another one named by CHROMIUM.
import { type Browser, chromium, type Page } from 'playwright-core';

const TIMES = 5;
const PAGES = 10;
const ROWS_A_PAGE = 50;
// A payment: the overview also has a table of days, folded away.
const ROW = 'table.rows tbody tr:has(a.first)';

type Say = (line: string) => void;

export async function measureInBrowser(gatewayUrl: string, say: Say): Promise<void> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    for (const path of ['/console/payments', '/console']) {
      const opened: Opened[] = [];
      for (let nth = 0; nth < TIMES; nth++) opened.push(await open(browser, gatewayUrl + path));
      const of = (pick: (one: Opened) => number) => median(opened.map(pick)).toFixed(0);
      say(
        `${path.padEnd(20)} first row after ${of(({ row }) => row)} ms (median of ${TIMES}; ${opened.map(({ row }) => row.toFixed(0)).join(', ')}): ` +
          `${of(({ asked }) => asked)} ms until the page asks for rows, ${of(({ answered, asked }) => answered - asked)} ms for the ` +
          `answer, ${of(({ row, answered }) => row - answered)} ms until they are drawn`,
      );
    }
    const times = await readOn(browser, `${gatewayUrl}/console/payments`);
    say(
      `"Load more" ${times.length} times: ${median(times).toFixed(0)} ms median, ${Math.max(...times).toFixed(0)} ms at most`,
    );
  } finally {
    await browser.close();
  }
}

/** Milliseconds after the navigation began. */
interface Opened {
  readonly asked: number;
  readonly answered: number;
  readonly row: number;
}

// Seen by the page itself, so that the way to the browser is not measured.
const NOTE_FIRST_ROW = `new MutationObserver((changes, observer) => {
  if (!document.querySelector('${ROW}')) return;
  window.firstRowAt = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true })`;

const READ = `(() => {
  const asked = performance.getEntriesByType('resource')
    .filter(({ name, responseEnd }) => name.endsWith('/graphql') && responseEnd <= window.firstRowAt);
  const last = asked[asked.length - 1];
  return { asked: last.startTime, answered: last.responseEnd, row: window.firstRowAt };
})()`;

async function open(browser: Browser, url: string): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(NOTE_FIRST_ROW);
    await page.goto(url);
    await page.waitForSelector(ROW);
    return await page.evaluate<Opened>(READ);
  } finally {
    await context.close();
  }
}

async function readOn(browser: Browser, url: string): Promise<number[]> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  try {
    const page: Page = await context.newPage();
    await page.goto(url);
    await page.waitForSelector(ROW);
    const times: number[] = [];
    for (let nth = 1; nth <= PAGES; nth++) {
      const startedMs = performance.now();
      await page.click('div.more button');
      // The last row of the page that was asked for; it comes into being without being scrolled to.
      await page
        .locator(ROW)
        .nth((nth + 1) * ROWS_A_PAGE - 1)
        .waitFor({ state: 'attached' });
      times.push(performance.now() - startedMs);
    }
    return times;
  } finally {
    await context.close();
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
