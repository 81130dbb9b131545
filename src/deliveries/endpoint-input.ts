// What an operator may say about an endpoint, and how it is made sure that one is there.
import { type Row, rowMapper } from '../db/columns';
import { InvalidStateProblem, invalidInput, notFound } from '../kernel/problems';
import { addressRules, checkUrl } from './address';
import type { DeliveryDeps } from './deps';
import { WebhookEndpoint } from './endpoint.entity';
import { checkPatterns } from './event-types';

const DESCRIPTION_MAX = 500; // A sentence or two.

/** @throws Problem INVALID_INPUT for a url that deliveries may not go to in this mode. */
export const urlFrom = ({ mode }: Pick<DeliveryDeps, 'mode'>, url: string): string =>
  checkUrl(url, addressRules(mode));

/** As they are stored. @throws Problem INVALID_INPUT */
export const patternsFrom = (events: readonly string[]): string => JSON.stringify(checkPatterns(events));

/** @throws Problem INVALID_INPUT */
export function descriptionFrom(description: string | null | undefined): string | null {
  const text = description ?? null;
  if (text !== null && (text.length > DESCRIPTION_MAX || text.includes('\0')))
    throw invalidInput(`A description has at most ${DESCRIPTION_MAX} characters.`, 'description');
  return text;
}

/** The endpoint. @throws Problem NOT_FOUND when there is none, or none any more. */
export async function existingEndpoint(
  { pool }: Pick<DeliveryDeps, 'pool'>,
  id: string,
): Promise<WebhookEndpoint> {
  const { rows } = id.includes('\0')
    ? { rows: [] }
    : await pool.query<Row>('select * from webhook_endpoints where id = $1 and deleted_at is null', [id]);
  return endpointIn(rows);
}

/** The endpoint of a statement that answers with its row. @throws Problem NOT_FOUND when it answers with none. */
export function endpointIn(rows: readonly Row[]): WebhookEndpoint {
  const [row] = rows;
  if (!row) throw notFound('The endpoint', ['input', 'id']);
  return rowMapper(WebhookEndpoint)(row);
}

export const switchedOff = (): InvalidStateProblem =>
  new InvalidStateProblem('The endpoint is switched off: enable it first.', 'disabled', ['enabled']);
