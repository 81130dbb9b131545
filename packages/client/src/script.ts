// A provider's own script: loaded when its sheet is needed and not before. Providers serve theirs themselves and forbid copies.

const loading = new Map<string, Promise<void>>();

/** Once for each page, however often it is asked for; a failure is tried again by the next who asks. */
export function loadScript(src: string): Promise<void> {
  const known = loading.get(src);
  if (known) return known;
  const loaded = new Promise<void>((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src, async: true });
    script.onload = () => resolve();
    script.onerror = () => {
      loading.delete(src);
      script.remove();
      reject(
        new Error("The provider's payment form could not be loaded. Check the connection and try again."),
      );
    };
    document.head.append(script);
  });
  loading.set(src, loaded);
  return loaded;
}

export const NOT_STARTED = "The provider's payment form did not start.";
