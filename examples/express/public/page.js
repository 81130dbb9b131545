const find = (selector) => document.querySelector(selector);

const live = new EventSource('/api/live');
live.addEventListener('balance', ({ data }) => {
  const { available } = JSON.parse(data);
  find('#balance b').textContent = available;
});
live.addEventListener('deliveries', ({ data }) => {
  const lines = JSON.parse(data).map(({ type, credits }) => {
    const line = document.createElement('li');
    line.append(Object.assign(document.createElement('code'), { textContent: type }));
    if (credits !== null) line.append(` ${credits} credits`);
    return line;
  });
  find('#deliveries').replaceChildren(...lines);
});

// One id for a poster: it stays until there is an answer, so that trying again never pays twice.
let id = crypto.randomUUID();
find('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = find('form button');
  button.disabled = true;
  find('#trouble').textContent = '';
  try {
    const response = await fetch('/api/posters', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id, words: find('#words').value }),
    });
    const answer = await response.json();
    if (response.status !== 503) id = crypto.randomUUID();
    if (response.ok) find('#poster').innerHTML = answer.svg;
    else find('#trouble').textContent = answer.message;
    if (response.status === 402) find('buy-credits').scrollIntoView({ block: 'center', behavior: 'smooth' });
  } catch {
    find('#trouble').textContent = 'The shop cannot be reached. Try again.';
  } finally {
    button.disabled = false;
  }
});
