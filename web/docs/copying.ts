// A button that copies a block of code.

// Long enough to be read.
const SAID_FOR_MS = 1_500;

export function addCopying(): void {
  // Browsers let a page copy on https and on this machine alone.
  if (!navigator.clipboard) return;
  for (const block of document.querySelectorAll('.code')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.addEventListener('click', () => {
      void navigator.clipboard.writeText(block.querySelector('code')?.textContent ?? '').then(
        () => say(button, 'Copied'),
        () => say(button, 'Not copied'),
      );
    });
    block.append(button);
  }
}

function say(button: HTMLButtonElement, text: string): void {
  button.textContent = text;
  setTimeout(() => {
    button.textContent = 'Copy';
  }, SAID_FOR_MS);
}
