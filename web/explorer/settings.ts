// What one set, kept in this browser.
import { createKeptStore } from './store';

const THEMES = ['system', 'light', 'dark'] as const;
const LIVE = ['WebSocket', 'SSE'] as const;

export interface Settings {
  readonly theme: (typeof THEMES)[number];
  /** How subscriptions come. */
  readonly over: (typeof LIVE)[number];
  /** The title of the panel that is shown; null: none. */
  readonly panel: string | null;
  /** How much of the width the document has beside the answer, in percent. */
  readonly share: number;
}

// Below and above, one of the two cannot be read.
export const SHARE_MIN = 20;
export const SHARE_MAX = 80;

const within = (share: unknown) => Math.min(SHARE_MAX, Math.max(SHARE_MIN, Number(share) || 50));

const store = createKeptStore<Settings>('settings', (kept) => {
  const { theme, over, panel, share } = (kept ?? {}) as Partial<Record<keyof Settings, unknown>>;
  return {
    theme: THEMES.find((item) => item === theme) ?? 'system',
    over: LIVE.find((item) => item === over) ?? 'WebSocket',
    panel: panel === null || typeof panel === 'string' ? panel : 'Examples',
    share: within(share),
  };
});

export const settings = {
  use: store.use,
  get: store.get,
  change: (change: Partial<Settings>) => {
    const next = { ...store.get(), ...change };
    store.set({ ...next, share: within(next.share) });
    applyTheme();
  },
  nextTheme: () => {
    const at = THEMES.indexOf(store.get().theme);
    settings.change({ theme: THEMES[(at + 1) % THEMES.length] ?? 'system' });
  },
};

/** The page's colours follow this one attribute. */
export function applyTheme(): void {
  document.documentElement.dataset['theme'] = store.get().theme;
}
