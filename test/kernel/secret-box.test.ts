import { createSecretBox } from '../../src/kernel/secret-box';

const body = Buffer.from('{"email":"payer@shop.example"}');

test('what is sealed is not what it was, and opens to it, each time in another form', () => {
  const box = createSecretBox(['a']);
  const [first, second] = [box.seal(body, 'x'), box.seal(body, 'x')];

  expect(first.includes('payer')).toBe(false);
  expect(first.equals(second)).toBe(false);
  expect(box.open(first, 'x').equals(body)).toBe(true);
  expect(box.openText(box.sealText('whsec_1', 'x'), 'x')).toBe('whsec_1');
});

test('a key is replaced by putting a new one in front: both open, the new one seals', () => {
  const old = createSecretBox(['old']).seal(body, 'x');
  const both = createSecretBox(['new', 'old']);

  expect(both.open(old, 'x').equals(body)).toBe(true);
  expect(createSecretBox(['new']).open(both.seal(body, 'x'), 'x').equals(body)).toBe(true);
  expect(() => createSecretBox(['new']).open(old, 'x')).toThrow('SECRETS_KEY does not hold the key');
});

test('what was changed, or sealed for something else, is not opened', () => {
  const box = createSecretBox(['a']);
  const sealed = box.seal(body, 'x');
  for (let at = 4; at < sealed.length; at += 7) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] as number) ^ 1;
    expect(() => box.open(changed, 'x')).toThrow();
  }
  expect(() => box.open(sealed, 'y')).toThrow();
  expect(() => box.open(sealed.subarray(0, -1), 'x')).toThrow();
});

test('what was stored before there was a key comes back as it is', () => {
  const box = createSecretBox(['a']);
  expect(box.open(body, 'x').equals(body)).toBe(true);
  expect(box.openText('whsec_1', 'x')).toBe('whsec_1');
});
