// Writes docs/events.md: npm run events. A test fails when the file and the code differ.
import fs from 'node:fs';
import path from 'node:path';
import { type EventSchema, eventsDocument } from '../deliveries/document';

const [docs = 'docs'] = process.argv.slice(2);
const folder = path.join(docs, 'events');
const schemas = Object.fromEntries(
  fs
    .readdirSync(folder)
    .map((name) => [
      path.basename(name, '.json'),
      JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as EventSchema,
    ]),
);
fs.writeFileSync(path.join(docs, 'events.md'), eventsDocument(schemas));
