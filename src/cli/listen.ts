// npm run cli -- listen: brings webhook events to the gateway on this machine, and shows each; says first what each provider has
// to be told.
import { parseArgs } from 'node:util';
import type { Config } from '../kernel/config';
import { descriptorOf, PROVIDER_NAMES } from '../providers/descriptors';
import type { ProviderName } from '../providers/provider';
import { type Command, UsageError } from './command';
import { createLines } from './listen-lines';
import { listenOn, type Route } from './listen-server';

const PORT_DEFAULT = '4041';
export const LISTEN_HELP = `Usage: npm run cli -- listen [options]

Brings webhook events to the gateway on this machine byte for byte, and shows each: when, from whom, what it is, its id, the
gateway's answer and how long it took. A gateway that is being started again is waited for; a sender gets the gateway's own
answer, so that it sends again what was not taken.

  --port <number>          where to listen on 127.0.0.1 (${PORT_DEFAULT}); 0: a free one
  --forward-to <url>       the gateway's webhooks (http://HOST:PORT/webhooks of .env)
  --deliveries-to <url>    your own back end: the gateway's deliveries to /deliveries go there, and are shown as well
  --json                   one JSON object a line: listening, retrying, forwarded, hint
  --help                   this

The simulated providers send here by: npm run simulator -- --webhooks http://127.0.0.1:${PORT_DEFAULT}
In mock mode the gateway has its providers inside, and no event of theirs passes here.`;

interface Options {
  readonly port: number;
  readonly forwardTo: string;
  readonly deliveriesTo: string;
  readonly isJson: boolean;
}

/** Listens until it is told to stop. @returns 0 @throws UsageError */
export const listen: Command = async (args, config) => {
  const options = read(args, config);
  if (options === null) return LISTEN_HELP;
  const lines = createLines(options.isJson);
  const routes = routesOf(options);
  const { url, close } = await listenOn(options.port, () => routes, lines);
  lines.listening(setup(url, options, config), factsOf(url, options));
  await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  await close();
  return 0;
};

/** @returns null when only help was asked for */
function read(args: readonly string[], { host, port }: Config): Options | null {
  const gateway = `http://${host.includes(':') ? `[${host}]` : host}:${port}/webhooks`;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: PORT_DEFAULT },
        'forward-to': { type: 'string', default: gateway },
        'deliveries-to': { type: 'string', default: '' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const deliveriesTo = values['deliveries-to'];
    const forwardTo = values['forward-to'].replace(/\/$/, '');
    const isPort = /^\d{1,5}$/.test(values.port) && Number(values.port) <= 65_535;
    if (isPort && isHttp(forwardTo) && (deliveriesTo === '' || isHttp(deliveriesTo)))
      return { port: Number(values.port), forwardTo, deliveriesTo, isJson: values.json };
  } catch {
    // An option that does not exist: the same answer.
  }
  throw new UsageError(LISTEN_HELP);
}

const isHttp = (url: string) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

function routesOf({ forwardTo, deliveriesTo }: Options): ReadonlyMap<string, Route> {
  const routes = PROVIDER_NAMES.map((name): [string, Route] => [
    name,
    {
      from: name,
      to: new URL(`${forwardTo}/${name}`),
      nameOf: descriptorOf(name).localWebhooks.nameOf,
      hintOf: ({ answer }) => hintOf(name, answer?.status ?? 0, answer?.body.toString() ?? ''),
    },
  ]);
  return new Map(deliveriesTo === '' ? routes : [...routes, ['deliveries', deliveries(deliveriesTo)]]);
}

/** What the gateway answers, in terms of what its developer can do. */
function hintOf(name: ProviderName, status: number, said: string): string | null {
  const { title, keys } = descriptorOf(name);
  if (status === 400 && said.includes('signature'))
    return `Not signed with ${keys.variables.webhookSecrets} of the gateway (or long ago): set it to what the sender signs with, and start the gateway again.`;
  if (status === 404) return `The gateway has no keys of ${title}: it takes no events of it.`;
  return null;
}

/** https://www.standardwebhooks.com */
const deliveries = (to: string): Route => ({
  from: 'deliveries',
  to: new URL(to),
  nameOf: (body, headers) => ({ id: String(headers['webhook-id'] ?? '') || null, type: typeIn(body) }),
  hintOf: () => null,
});

function typeIn(body: Buffer): string | null {
  try {
    const { type } = JSON.parse(body.toString()) as { type?: unknown };
    return typeof type === 'string' ? type : null;
  } catch {
    return null;
  }
}

function setup(url: string, { forwardTo, deliveriesTo }: Options, { mode }: Config): string {
  const providers = PROVIDER_NAMES.map((name) => {
    const { title, localWebhooks, webhookEvents: events, keys } = descriptorOf(name);
    const secretVariable = keys.variables.webhookSecrets;
    const steps = localWebhooks.steps({ url: `${url}/${name}`, events, secretVariable });
    return `  ${title}\n${steps.map((step) => `    ${step}`).join('\n')}`;
  });
  const own =
    deliveriesTo === ''
      ? []
      : [
          `  Deliveries of the gateway\n    createWebhookEndpoint(input: {url: "${url}/deliveries", events: ["*"]}) sends them here; outside mock mode the url is your tunnel's.`,
        ];
  return [
    `\n  ${url}/<provider>  ->  ${forwardTo}/<provider>${deliveriesTo === '' ? '' : `\n  ${url}/deliveries  ->  ${deliveriesTo}`}`,
    ...(mode === 'mock'
      ? ['  The settings are those of mock mode, whose providers send nothing by this way.']
      : []),
    ...providers,
    `  Simulated providers\n    npm run simulator -- --webhooks ${url}`,
    ...own,
    '  Ctrl-C stops it.\n',
  ].join('\n\n');
}

const factsOf = (url: string, { forwardTo, deliveriesTo }: Options) => ({
  url,
  deliveriesTo: deliveriesTo || null,
  providers: PROVIDER_NAMES.map((name) => ({
    provider: name,
    url: `${url}/${name}`,
    forwardTo: `${forwardTo}/${name}`,
    events: descriptorOf(name).webhookEvents,
    secretVariable: descriptorOf(name).keys.variables.webhookSecrets,
  })),
});
