// Where traces go, by the names that OpenTelemetry gives its settings.
// Source: opentelemetry.io/docs/specs/otel/protocol/exporter, opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables.
import { z } from 'zod';

const text = z.string().trim();

const endpoint = z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default('');

/** `name=value`, with commas between; values as in a URL. */
const pairs = text.default('').transform((value, context) =>
  value
    .split(',')
    .filter((pair) => pair.trim() !== '')
    .map((pair): readonly [string, string] => {
      const at = pair.indexOf('=');
      const name = pair.slice(0, at).trim();
      const given = decoded(pair.slice(at + 1).trim());
      if (at < 1 || given === null || !/^[\w.!#$%&'*+^`|~-]+$/.test(name) || /[\r\n]/.test(given))
        // Without what was given: it may be a token.
        context.addIssue({ code: 'custom', message: 'use name=value, with commas between' });
      return [name, given ?? ''];
    }),
);

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}

const SAMPLERS = [
  'parentbased_always_on',
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export const tracingVariables = {
  OTEL_SDK_DISABLED: z.enum(['true', 'false']).default('false'),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_HEADERS: pairs,
  // Collectors take both forms of HTTP at one port; gRPC has another.
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/json', 'http/protobuf'], 'traces leave over HTTP; write http/json, and the port 4318')
    .default('http/json'),
  OTEL_EXPORTER_OTLP_TIMEOUT: z.coerce.number().int().min(100).max(60_000).default(10_000),
  OTEL_SERVICE_NAME: text.max(255).default(''),
  OTEL_RESOURCE_ATTRIBUTES: pairs,
  OTEL_TRACES_SAMPLER: z.enum(SAMPLERS).default(SAMPLERS[0]),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
};

export interface TracingSettings {
  /** Where spans are posted to, whole. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Attributes of the process, that of its name among them. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: (typeof SAMPLERS)[number];
  /** 0 to 1. */
  readonly ratio: number;
}

type Given = { readonly [Name in keyof typeof tracingVariables]: z.infer<(typeof tracingVariables)[Name]> };

/** Null: nothing is traced. */
export function tracingSettingsOf(env: Given): TracingSettings | null {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const url = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || (base && `${base.replace(/\/+$/, '')}/v1/traces`);
  if (url === '' || env.OTEL_SDK_DISABLED === 'true') return null;
  return {
    url,
    headers: Object.fromEntries(
      env.OTEL_EXPORTER_OTLP_HEADERS.map(([name, value]) => [name.toLowerCase(), value]),
    ),
    timeoutMs: env.OTEL_EXPORTER_OTLP_TIMEOUT,
    resource: {
      'service.name': 'credits-gateway',
      ...Object.fromEntries(env.OTEL_RESOURCE_ATTRIBUTES),
      ...(env.OTEL_SERVICE_NAME ? { 'service.name': env.OTEL_SERVICE_NAME } : {}),
    },
    sampler: env.OTEL_TRACES_SAMPLER,
    ratio: env.OTEL_TRACES_SAMPLER_ARG,
  };
}
