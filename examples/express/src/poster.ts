// The work that costs credits: a poster of a few words, as SVG.

export const POSTER_CREDITS = 5;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** @param words at most 40 characters */
export function poster(words: string): string {
  const safe = words.replace(/[&<>]/g, (sign) => escapes[sign] ?? sign);
  // The same words always have the same colours.
  const hue = [...words].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
  const size = Math.min(64, Math.round(900 / Math.max(words.length, 6)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" role="img" aria-label="${safe.replaceAll('"', '&quot;')}">
  <defs><linearGradient id="g" x2="1" y2="1">
    <stop stop-color="hsl(${hue} 70% 45%)"/><stop offset="1" stop-color="hsl(${(hue + 70) % 360} 75% 35%)"/>
  </linearGradient></defs>
  <rect width="640" height="360" fill="url(#g)"/>
  <circle cx="540" cy="80" r="150" fill="#fff" opacity=".12"/><circle cx="90" cy="330" r="110" fill="#000" opacity=".12"/>
  <text x="50%" y="52%" fill="#fff" font-family="system-ui, sans-serif" font-weight="700" font-size="${size}" text-anchor="middle" dominant-baseline="middle">${safe}</text>
</svg>`;
}
