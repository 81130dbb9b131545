// Light, dark, or as the system says; early.js has set what was chosen before.
import { at } from './at';

const KEY = 'docs:theme';
const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const kept = (): Theme => {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';
  } catch {
    return 'system';
  }
};

export function addTheme(): void {
  const button = at<HTMLButtonElement>('button.theme');
  let theme = kept();
  const show = () => {
    at('span', button).textContent = theme;
    document.documentElement.dataset['theme'] = theme;
  };
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Where nothing can be kept, it holds for this page.
    }
    show();
  });
  show();
  button.hidden = false;
}
