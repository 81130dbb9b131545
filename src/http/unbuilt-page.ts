// What a visitor sees while the pages are not there yet: seconds after the very first start.

const TEXTS = {
  building: [
    'The pages are being built',
    'This takes a few seconds, once. The page reloads by itself; the API is ready.',
  ],
  failed: [
    'The pages could not be built',
    'dist/web-failed.log says why. The API works; npm run build:web tries again.',
  ],
  absent: ['The pages are not built', 'Run npm run build:web once. The API works without them.'],
} as const;

/** A small page without scripts. */
export function unbuiltPage(state: keyof typeof TEXTS): string {
  const [title, text] = TEXTS[state];
  const reload = state === 'building' ? '<meta http-equiv="refresh" content="2">' : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${reload}
<title>${title}</title><style>
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; display: grid; place-content: center; min-height: 100vh; margin: 0 16px; text-align: center }
h1 { font-size: 18px; margin: 0 0 4px } p { margin: 0; opacity: .75 }
</style></head><body><main role="status"><h1>${title}</h1><p>${text}</p></main></body></html>
`;
}
