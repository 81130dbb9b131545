// A real browser that can reach nothing but the gateway: every request to another host is refused and counted.
import fs from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const ROOT = path.resolve(__dirname, '..', '..');
// Installed by scripts/test-web.mjs.
const AXE = path.join(ROOT, 'tools', 'accessibility', 'node_modules', 'axe-core', 'axe.min.js');
// Where pictures are kept, when somebody asked for them.
const SCREENS = process.env.SCREENS ? path.resolve(ROOT, process.env.SCREENS) : null;
// Of those that are kept; all of them are only looked at.
const SCREEN_BYTES_MAX = process.env.SCREENS_ALL ? Number.POSITIVE_INFINITY : 200_000;
// Two frames: what watches sizes has heard of the new one, and what it did is laid out.
const LAID_OUT = 'new Promise((laid) => requestAnimationFrame(() => requestAnimationFrame(laid)))';
// Where the page itself does not scroll, its parts do.
const WIDER = `getComputedStyle(document.documentElement).overflowX === 'hidden'
  ? 0 : document.documentElement.scrollWidth - document.documentElement.clientWidth`;
// As the console's and the shop's layouts change at these.
const WIDTHS = [1280, 390] as const;

export interface Stand {
  readonly gateway: GatewayProcess;
  /** A page in a browser without a past; `path` starts with a slash. */
  open(
    path: string,
    options?: {
      readonly scheme?: 'light' | 'dark';
      readonly zone?: string;
      readonly before?: (page: Page) => Promise<void>;
    },
  ): Promise<Page>;
  /** Requests that wanted to leave this machine. */
  readonly strays: string[];
  /** Hosts that may be reached beside the gateway, as `host:port`. */
  readonly friends: Set<string>;
  /** What the browser complained about: refused by the policy, or thrown. */
  readonly complaints: string[];
}

/** A gateway and a browser for a test file. After each test nothing has left the machine and nothing was thrown. */
export function useBrowser(
  env: Record<string, string> | (() => Promise<Record<string, string>>) = {},
): Stand {
  const database = useDatabase();
  const strays: string[] = [];
  const complaints: string[] = [];
  const made = {} as { gateway: GatewayProcess; browser: Browser };
  const contexts: BrowserContext[] = [];
  const friends = new Set<string>();
  beforeAll(async () => {
    const more = typeof env === 'function' ? await env() : env;
    made.gateway = await startGateway({ DATABASE_URL: database.url, LOG_LEVEL: 'info', ...more });
    made.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    });
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    expect(strays.splice(0)).toEqual([]);
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await made.browser?.close();
    await stopGateways();
  });
  return {
    get gateway() {
      return made.gateway;
    },
    strays,
    friends,
    complaints,
    open: async (address, options = {}) => {
      const context = await made.browser.newContext({
        colorScheme: options.scheme ?? 'light',
        viewport: { width: 1280, height: 860 },
        reducedMotion: 'reduce',
        ...(options.zone ? { timezoneId: options.zone } : {}),
        baseURL: made.gateway.url,
      });
      contexts.push(context);
      const own = new URL(made.gateway.url).host;
      await context.route(
        (url) => /^https?:$/.test(url.protocol) && url.host !== own && !friends.has(url.host),
        (route) => {
          strays.push(route.request().url());
          return route.abort();
        },
      );
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text()))
          complaints.push(message.text());
      });
      await options.before?.(page);
      await page.goto(address);
      return page;
    },
  };
}

/** What of axe's findings is read here. */
interface Violation {
  readonly id: string;
  readonly impact: 'minor' | 'moderate' | 'serious' | 'critical' | null;
  readonly nodes: readonly {
    readonly target: readonly string[];
    readonly any: readonly { readonly message: string }[];
  }[];
}

/** What axe calls critical or serious on the page as it is, one line a finding. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Evaluated and not added as a script: the page's policy would refuse that.
  await page.evaluate(fs.readFileSync(AXE, 'utf8'));
  const { violations } = await page.evaluate<{ readonly violations: readonly Violation[] }>(
    'axe.run(document, { resultTypes: ["violations"] })',
  );
  return violations
    .filter(({ impact }) => impact === 'critical' || impact === 'serious')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.any[0]?.message ?? ''}`),
    );
}

/** Nothing may be wider than the window, at both widths; `npm run screens` keeps pictures of it. */
export async function shoot(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 860 });
    await page.evaluate(LAID_OUT);
    // What measures itself does so a moment after the window has changed.
    await eventually(async () =>
      expect({ name, width, wider: await page.evaluate(WIDER) }).toEqual({ name, width, wider: 0 }),
    );
    if (SCREENS) await keepPicture(page, path.join(SCREENS, `${name}-${width}.png`));
  }
  if (before) await page.setViewportSize(before);
}

async function keepPicture(page: Page, file: string): Promise<void> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // Charts and editors measure themselves a moment after the window.
  await page.waitForTimeout(150);
  const picture = await page.screenshot({ path: file, animations: 'disabled' });
  expect({ file, small: picture.length < SCREEN_BYTES_MAX }).toEqual({ file, small: true });
}
