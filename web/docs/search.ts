// The search: its index is loaded when it is first opened, from the gateway that served the page.
import MiniSearch, { type SearchResult } from 'minisearch';
import { at } from './at';
import { type Entry, OPTIONS } from './entries';

// As many as one looks through.
const SHOWN_MAX = 20;

export function addSearch(): void {
  const dialog = at<HTMLDialogElement>('dialog.search');
  const input = at<HTMLInputElement>('input', dialog);
  const status = at('[role=status]', dialog);
  const list = at('ol', dialog);
  const up = document.body.dataset['up'] ?? '';
  let index: Promise<MiniSearch<Entry>> | undefined;

  const answer = async () => {
    const asked = input.value.trim();
    index ??= load(`${up}search.json`);
    try {
      const search = await index;
      // Something else was typed meanwhile.
      if (asked !== input.value.trim()) return;
      const found = asked === '' ? [] : search.search(asked).slice(0, SHOWN_MAX);
      list.replaceChildren(...found.map((result) => entry(result, up)));
      status.textContent = asked === '' ? '' : said(found.length);
    } catch {
      index = undefined;
      status.textContent = 'The search could not be loaded. Type again to try once more.';
    }
  };
  const open = () => {
    dialog.showModal();
    void answer();
  };

  input.addEventListener('input', () => void answer());
  dialog.addEventListener('keydown', (event) => {
    // In a field of its own Escape empties that first.
    if (event.key === 'Escape') dialog.close();
    else move(event, input, list);
  });
  // Results on the same page do not load another one.
  list.addEventListener('click', () => dialog.close());
  at<HTMLFormElement>('form', dialog).addEventListener('submit', (event) => {
    const first = list.querySelector('a');
    // Enter in the field opens the first result; the button closes.
    if (event.submitter !== null && event.submitter === document.activeElement) return;
    if (first) {
      event.preventDefault();
      first.click();
    }
  });
  document.addEventListener('keydown', (event) => {
    if (!opens(event) || dialog.open) return;
    event.preventDefault();
    open();
  });
  const button = at<HTMLButtonElement>('button.open-search');
  button.addEventListener('click', open);
  button.hidden = false;
}

const said = (count: number) =>
  count === 0 ? 'Nothing found.' : count === SHOWN_MAX ? `The first ${SHOWN_MAX}.` : `${count} found.`;

async function load(address: string): Promise<MiniSearch<Entry>> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The gateway answered ${response.status}.`);
  return MiniSearch.loadJSON<Entry>(await response.text(), OPTIONS);
}

/** "/" and Ctrl+K, but not while somebody writes. */
function opens({ key, ctrlKey, metaKey, target }: KeyboardEvent): boolean {
  if (key === 'k' && (ctrlKey || metaKey)) return true;
  return key === '/' && !(target instanceof HTMLInputElement);
}

function entry({ id, title, page }: SearchResult, up: string): HTMLLIElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = `${up}${id}`;
  link.textContent = title as string;
  if (page !== title) {
    const where = document.createElement('small');
    where.textContent = page as string;
    link.append(where);
  }
  item.append(link);
  return item;
}

/** Arrows go through the field and the results. */
function move(event: KeyboardEvent, input: HTMLInputElement, list: HTMLElement): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const stops: HTMLElement[] = [input, ...list.querySelectorAll('a')];
  const now = stops.indexOf(document.activeElement as HTMLElement);
  event.preventDefault();
  stops[Math.max(0, Math.min(stops.length - 1, now + step))]?.focus();
}
