const find = (selector) => document.querySelector(selector);
const messages = find('#messages');
const question = find('[name=question]');

new EventSource('/api/balance').addEventListener('message', ({ data }) => {
  const { available, held } = JSON.parse(data);
  find('#balance b').textContent = available;
  find('#balance span').textContent = held > 0 ? `, ${held} set aside` : '';
  // Bought, here or in another tab: what was said of too few is over.
  if (available > 0) say(null);
});

const dialog = find('dialog');
for (const button of document.querySelectorAll('[data-buy]'))
  button.addEventListener('click', () => dialog.showModal());
document.addEventListener('credits:succeeded', ({ target }) => {
  dialog.close();
  // A fresh one, with the packages, for the next time.
  target.replaceWith(target.cloneNode());
  question.focus();
});

function say(trouble) {
  find('#trouble span').textContent = trouble?.message ?? '';
  find('#trouble').classList.toggle('buy', trouble?.code === 'INSUFFICIENT_CREDITS');
}

function add(kind, text = '') {
  const message = Object.assign(document.createElement('p'), { className: kind, textContent: text });
  messages.append(message);
  messages.scrollTop = messages.scrollHeight;
  return message;
}

/** Goes along with what is being written, unless somebody reads further up. */
function write(message, text) {
  const isAtEnd = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 40;
  message.append(text);
  if (isAtEnd) messages.scrollTop = messages.scrollHeight;
}

/** The lines of a streamed answer, each as JSON. */
async function* linesOf(response) {
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    yield* lines.map((line) => JSON.parse(line));
  }
}

async function ask(words, signal) {
  const response = await fetch('/api/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: crypto.randomUUID(), question: words }),
    signal,
  });
  if (!response.ok) return say(await response.json());
  question.value = '';
  add('mine', words);
  const answer = add('theirs');
  try {
    for await (const line of linesOf(response)) {
      if (line.token) write(answer, line.token);
      if (line.code) say(line);
      if (line.spent !== undefined) add('cost', `${line.spent} credits`);
      if (line.isCut) add('cost', 'The answer ends here: it may cost no more than this.');
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    add('cost', 'Stopped. Nothing was spent.');
  }
}

find('main form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const stop = find('#stop');
  const asking = new AbortController();
  stop.onclick = () => asking.abort();
  stop.hidden = false;
  find('main form [type=submit]').hidden = true;
  say(null);
  try {
    await ask(question.value, asking.signal);
  } catch {
    say({ code: 'UNREACHABLE', message: 'The chat cannot be reached. Ask again.' });
  } finally {
    stop.hidden = true;
    find('main form [type=submit]').hidden = false;
    question.focus();
  }
});
