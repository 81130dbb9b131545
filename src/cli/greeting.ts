// What a person sees who started the gateway for the first time: where everything is, who to be, and what to try.
import type { App } from '../app';
import { issueDevelopmentToken } from '../callers/token';
import type { Config } from '../kernel/config';

/** Text for the terminal; mock mode only, because it holds a token. */
export async function greeting(app: App, config: Config, startedMs: number): Promise<string> {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const database = config.databaseUrl
    ? 'the server in DATABASE_URL'
    : `embedded PostgreSQL in ${config.dataDir}`;
  const query = '{ packages { id credits price { formatted } } viewer { userId } balance { credits } }';
  return `
  Credits gateway, mock mode: no keys, no real money. Ready in ${seconds} s, data in ${database}.

    shop           ${app.url}/shop             buy credits, play every outcome
    console        ${app.url}/console          payments, webhooks, deliveries
    explorer       ${app.url}/explorer         the schema, with examples
    docs           ${app.url}/docs             quick start, how to sell and spend, every field

    GraphQL        ${app.url}/graphql          over HTTP and WebSocket
    live events    ${app.url}/graphql/stream   the same over SSE
    schema         ${app.url}/schema.graphql
    health         ${app.url}/healthz  ${app.url}/readyz
${await tokens(app, config)}

  A first query to paste:

    curl -s ${app.url}/graphql -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
      -d '{"query":"${query}"}'

  Ctrl-C stops it. What to do next: ${app.url}/docs/quick-start.html

`;
}

/** Where this gateway believes only the keys that somebody else publishes, it has no token to give. */
async function tokens(app: App, config: Config): Promise<string> {
  if (config.auth.jwksUrl)
    return `
  Tokens are signed by the keys at ${config.auth.jwksUrl}:

    export TOKEN=<one of them>`;
  const token = await issueDevelopmentToken(config.auth, { id: 'user_1', role: 'user' });
  return `    more tokens    POST ${app.url}/dev/token   {"userId": "user_1", "role": "support"}

  A token for user_1, good for 7 days:

    export TOKEN=${token}`;
}
