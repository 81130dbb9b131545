import fs from 'node:fs';
import path from 'node:path';
import { eventsDocument } from '../../src/deliveries/document';
import { EVENT_TYPE_NAMES, TEST_TYPE } from '../../src/deliveries/event-types';
import { EVENTS_FOLDER, faultsOf, SCHEMAS } from './schemas';

test('docs/events.md is what the types and their schemas make (npm run events writes it)', () => {
  const file = path.join(EVENTS_FOLDER, '..', 'events.md');
  expect(fs.readFileSync(file, 'utf8')).toBe(eventsDocument(SCHEMAS));
});

test('every type has a schema, and every schema a type', () => {
  expect(Object.keys(SCHEMAS).sort()).toEqual([...EVENT_TYPE_NAMES, TEST_TYPE].sort());
});

test.each(Object.keys(SCHEMAS))('the example of %s is as its schema says', (type) => {
  expect(SCHEMAS[type].examples).toHaveLength(1);
  expect(SCHEMAS[type].examples.flatMap(faultsOf)).toEqual([]);
});

test.each(Object.keys(SCHEMAS))('a %s with a field too many or too few is not as its schema says', (type) => {
  const [example] = SCHEMAS[type].examples;
  const { sequence, ...rest } = example;

  expect(faultsOf({ ...example, data: { ...example.data, unheard: 1 } })).not.toEqual([]);
  expect(faultsOf(rest)).not.toEqual([]);
  expect(faultsOf({ ...example, sequence: String(sequence) })).not.toEqual([]);
});
