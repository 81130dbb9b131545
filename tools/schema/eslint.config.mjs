// How the printed schema is read: graphql-eslint's rules for schemas and for Relay. Each place where we ask for less than it
// does has its reason beside it; where it can be asked for more, it is.
import graphql from '@graphql-eslint/eslint-plugin';

/** Things that are read whole with what holds them: an amount, a step of a series, the state of a part. No cache keeps them alone. */
const VALUES = [
  'DisputeAnswer',
  'UserProfile',
  ...['MonthEnd', 'AccountPeriod', 'PackageLiability', 'ProviderPeriod'],
  'DisputeEvidence',
  'EvidenceFile',
  ...['GrantsImportOutcome', 'GrantsImportRefusal'],
  ...['GrantResult', 'SpendResult', 'LowBalance', 'SpendLimit', 'WalletMember', 'WalletMembership', 'PromoCode', 'IntentPromo', 'ExpiringCredits'],
  ...['Operation', 'Rate', 'UsagePart', 'UsageCharge', 'SpendEstimate', 'UsageReport', 'UsageTotal', 'UsageDay', 'UsageDays', 'UsageDayTotal', 'UsageSpender'],
  ...['Money', 'CreditExpiry', 'CreditValue', 'CreditStatement', 'HistoricBalance', 'Figure', 'Progress'],
  ...['AccountBalance', 'JournalLine', 'LedgerAccount', 'RefundPreview', 'PaymentMethod', 'PaymentFailure'],
  ...['Metrics', 'MetricPoint', 'CurrencyTotals', 'PackageMetrics', 'PackagePrice', 'FunnelStep', 'WebhookAttempt'],
  ...['Health', 'HealthCheck', 'Clock', 'CheckoutConfig', 'ProviderConfig', 'ProviderCapabilities', 'PageInfo'],
  ...['RiskBacktest', 'RiskBacktestCounts', 'RiskBacktestDecision', 'RiskBacktestChange', 'RiskBacktestMoney'],
  ...['RiskBacktestRule', 'RiskBacktestScore', 'RiskBacktestPoint', 'RiskBacktestMove', 'RelatedIntent', 'RiskSignal'],
  'RiskMinute',
  // A way to fields, and the members of a union that a browser uses once.
  ...['Admin', 'StripeConfirm', 'RazorpayCheckout', 'MockConfirm'],
  // Its id is a name that a process took, as a String: clients do not look it up.
  'RunningProcess',
];

/** An answer, a page, a place in it, something that happened, and why nothing did: each is read once. */
const SUFFIXES = ['Payload', 'Connection', 'Edge', 'Event', 'Error'];

const { rules: recommended } = graphql.configs['flat/schema-recommended'];
const { rules: relay } = graphql.configs['flat/schema-relay'];
const [, naming] = recommended['@graphql-eslint/naming-convention'];

export default [
  {
    files: ['schema/schema.graphql'],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: './schema/schema.graphql' } },
    },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...recommended,
      ...relay,
      // More than recommended: fields, arguments, input fields and values too.
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          rootField: true,
          DirectiveDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
        },
      ],
      // Values of the domain are lower case, as they are stored and sent to back ends since the first release; values that
      // name a field are spelled like it; codes of errors are upper case. One of the three, never a mixture.
      '@graphql-eslint/naming-convention': [
        'error',
        {
          ...naming,
          EnumValueDefinition: {
            requiredPattern: /^([a-z][a-z0-9]*(_[a-z0-9]+)*|[a-z]+([A-Z][a-z]+)*|[A-Z]+(_[A-Z]+)*)$/,
          },
        },
      ],
      '@graphql-eslint/strict-id-in-types': [
        'error',
        { acceptedIdNames: ['id'], acceptedIdTypes: ['ID'], exceptions: { types: VALUES, suffixes: SUFFIXES } },
      ],
      // The specification asks for one direction. Lists here go forward by a keyset; `intents` alone goes both ways, because
      // a table of payments is the one that people page back in.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      // Lists of a known small length (prices, lots, lines of a posting, errors) are no connections, and a connection has
      // `nodes` beside `edges` for whom the place of a row says nothing. Edges keep the rules that the specification has.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
      ],
      // On, with two known findings in suppressions.json: @auth and @cost are applied to fields, and a printed schema shows no
      // applied directives. A type that nothing leads to is a third finding, and fails.
      '@graphql-eslint/no-unreachable-types': 'error',
    },
  },
];
