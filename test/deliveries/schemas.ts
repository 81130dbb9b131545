// The published JSON Schemas, made strict: a field that no schema describes is a mistake here, though receivers must bear
// it.
import fs from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv/dist/2020';

export const EVENTS_FOLDER = path.join(__dirname, '..', '..', 'docs', 'events');

export const SCHEMAS: Record<string, any> = Object.fromEntries(
  fs
    .readdirSync(EVENTS_FOLDER)
    .map((name) => [
      path.basename(name, '.json'),
      JSON.parse(fs.readFileSync(path.join(EVENTS_FOLDER, name), 'utf8')),
    ]),
);

const closed = (schema: any): any => {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return schema.properties ? { ...inner, additionalProperties: false } : inner;
};

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const validators = new Map(
  Object.entries(SCHEMAS).map(([type, schema]) => [
    type,
    ajv.compile(closed({ ...schema, examples: undefined })),
  ]),
);

/** What is wrong with a body; empty when its schema describes it wholly. */
export function faultsOf(event: any): string[] {
  const validate = validators.get(event.type);
  if (!validate) return [`no schema for ${event.type}`];
  return validate(event)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}
