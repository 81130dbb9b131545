import { addressRules, checkUrl, isPublicAddress } from '../../src/deliveries/address';

const live = addressRules('live');
const refusal = (url: string, rules = live): string => {
  try {
    checkUrl(url, rules);
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
  return 'taken';
};

test.each([
  ['the first and the last address of this network', ['0.0.0.0', '0.255.255.255']],
  ['private', ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1']],
  ['loopback', ['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1']],
  ['link-local, where clouds keep their metadata', ['169.254.169.254', 'fe80::1', 'fe80::1%eth0']],
  ['of a carrier', ['100.64.0.1', '100.127.255.255']],
  ['multicast, reserved and broadcast', ['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255']],
  [
    'for protocols, documentation and benchmarks',
    ['192.0.0.8', '192.0.2.1', '198.51.100.7', '203.0.113.9', '198.18.0.1', '198.19.255.255', '192.88.99.1'],
  ],
  [
    'unspecified, unique local, site-local and multicast of IPv6',
    ['::', 'fc00::1', 'fd12:3456::1', 'fec0::1', 'ff02::1', '100::1'],
  ],
  [
    'documentation, benchmarking, ORCHID and SRv6',
    ['2001:db8::1', '3fff::1', '2001:2::1', '2001:20::1', '5f00::1'],
  ],
  [
    'IPv4 written as IPv6',
    [
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:a9fe:a9fe',
      '::ffff:192.168.0.1',
      '::127.0.0.1',
      '::7f00:1',
      '::ffff:0:127.0.0.1',
    ],
  ],
  [
    'IPv4 behind NAT64',
    [
      '64:ff9b::127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b::a9fe:a9fe',
      '64:ff9b::10.0.0.1',
      '64:ff9b:1::1',
      '64:ff9b:1::808:808',
    ],
  ],
  [
    'IPv4 in 6to4 and Teredo',
    ['2002:7f00:1::', '2002:a9fe:a9fe::1', '2002:808:808::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ],
  ['no address', ['', 'localhost', '127.1', '0x7f.0.0.1', '2130706433', '1.2.3.4.5', '::g']],
])('what is %s is not public', (_, addresses) => {
  expect(addresses.filter(isPublicAddress)).toEqual([]);
});

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:80b::200e',
  '2001:4860:4860::8888',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.0.0.1/',
  'https://017700000001/',
  'https://0177.0.0.1/',
  'https://127.0.0.1./',
  'https://①②⑦.0.0.1/',
  'https://%31%32%37.0.0.1/',
  'https://0/',
  'https://[::]/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[0:0:0:0:0:ffff:7f00:1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[fe80::1]/',
  'https://169.254.169.254/latest/meta-data',
  'https://2852039166/',
  'https://0xa9fea9fe/',
  'https://10.0.0.1:8443/',
  'https://100.64.0.1/',
  'https://255.255.255.255/',
])('the url %s is refused in every spelling outside mock mode', (url) => {
  expect(refusal(url)).toBe('INVALID_INPUT: The address in the url is not a public one.');
});

test.each([
  ['http://shop.example/hooks', 'The url must begin with https://.'],
  ['ftp://shop.example/hooks', 'The url must begin with https://.'],
  ['javascript:alert(1)', 'The url must begin with https://.'],
  ['file:///etc/passwd', 'The url must begin with https://.'],
  [
    'https://user:secret@shop.example/',
    'The url may hold no user and no password: deliveries are signed instead.',
  ],
  ['https://user@shop.example/', 'The url may hold no user and no password: deliveries are signed instead.'],
  ['https://shop.example:80/', 'Deliveries go to port 443 or 8443.'],
  ['https://shop.example:22/', 'Deliveries go to port 443 or 8443.'],
  ['https://shop.example:6379/', 'Deliveries go to port 443 or 8443.'],
  ['shop.example/hooks', 'The url is no address of a server, or longer than 2048 characters.'],
  ['https://', 'The url is no address of a server, or longer than 2048 characters.'],
  ['https://a b/', 'The url is no address of a server, or longer than 2048 characters.'],
  [
    `https://shop.example/${'x'.repeat(2048)}`,
    'The url is no address of a server, or longer than 2048 characters.',
  ],
])('the url %s is refused outside mock mode', (url, message) => {
  expect(refusal(url)).toBe(`INVALID_INPUT: ${message}`);
});

test('a url is kept in its normal form', () => {
  expect(checkUrl('HTTPS://Shop.Example:443/a/../hooks?x=1#part', live)).toBe(
    'https://shop.example/hooks?x=1',
  );
  expect(checkUrl('https://shop.example:8443/', live)).toBe('https://shop.example:8443/');
  expect(checkUrl('https://8.8.8.8/', live)).toBe('https://8.8.8.8/');
});

test('in mock mode everything plays on one machine', () => {
  const mock = addressRules('mock');
  expect(checkUrl('http://127.0.0.1:3000/hooks', mock)).toBe('http://127.0.0.1:3000/hooks');
  expect(checkUrl('http://localhost:3000/hooks', mock)).toBe('http://localhost:3000/hooks');
  expect(refusal('ftp://127.0.0.1/', mock)).toContain('INVALID_INPUT');
  expect(refusal('http://user:secret@127.0.0.1/', mock)).toContain('INVALID_INPUT');
});
