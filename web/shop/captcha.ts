// The captcha for which the gateway asks, in a dialog of the page. Turnstile, hCaptcha and reCAPTCHA are drawn by the same call.

interface Widget {
  render(
    at: HTMLElement,
    options: {
      readonly sitekey: string;
      readonly callback: (response: string) => void;
      readonly 'error-callback': () => void;
    },
  ): unknown;
}

const NAMES = ['turnstile', 'hcaptcha', 'grecaptcha'] as const;
// One of them is there a moment after its script is.
const LOOKS = 50;
const LOOK_MS = 100;

const widget = () =>
  NAMES.map((name) => (window as unknown as Record<string, Partial<Widget> | undefined>)[name]).find(
    (found): found is Widget => typeof found?.render === 'function',
  );

/** Where the gateway says that the script is; null: nowhere. */
async function scriptOf(): Promise<string | null> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ checkoutConfig { captchaScript } }' }),
  });
  const { data } = (await response.json()) as {
    data?: { checkoutConfig: { captchaScript: string | null } };
  };
  return data?.checkoutConfig.captchaScript ?? null;
}

async function loaded(): Promise<Widget> {
  if (!widget()) {
    const src = await scriptOf();
    if (!src) throw new Error('No script is set that draws a captcha.');
    await new Promise<void>((resolve, reject) => {
      const script = Object.assign(document.createElement('script'), { src, async: true });
      script.onload = () => resolve();
      script.onerror = () => {
        script.remove();
        reject(new Error('The captcha could not be loaded.'));
      };
      document.head.append(script);
    });
  }
  for (let look = 0; look < LOOKS; look++) {
    const found = widget();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error('The captcha did not start.');
}

/** What the payer's captcha answered; rejects when the payer leaves it, or it cannot be shown. */
export async function solveCaptcha(siteKey: string): Promise<string> {
  const found = await loaded();
  const dialog = document.createElement('dialog');
  dialog.className = 'captcha';
  dialog.setAttribute('aria-label', 'Please confirm that you are a person');
  const place = document.createElement('div');
  const leave = Object.assign(document.createElement('button'), {
    ...{ type: 'button', className: 'plain', textContent: 'Cancel' },
    onclick: () => dialog.close(),
  });
  const heading = Object.assign(document.createElement('h2'), {
    textContent: 'Please confirm that you are a person',
  });
  dialog.append(heading, place, leave);
  document.body.append(dialog);
  dialog.showModal();
  try {
    return await new Promise<string>((resolve, reject) => {
      dialog.onclose = () => reject(new Error('The captcha was left.'));
      found.render(place, {
        sitekey: siteKey,
        callback: resolve,
        'error-callback': () => reject(new Error('The captcha failed.')),
      });
    });
  } finally {
    dialog.remove();
  }
}
