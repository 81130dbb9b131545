// gql.tada: types of an operation read from its text, no step that writes files but the schema's types.
import { initGraphQLTada, type ResultOf, type VariablesOf } from 'gql.tada';
import { print } from 'graphql';
import type { introspection } from './generated/tada-env';
import { trueBalance, useGateway } from './stand';

const stand = useGateway();

// docs/clients.md shows this.
const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: {
    BigInt: string;
    Credits: number;
    CurrencyCode: string;
    DateTime: string;
    JSON: unknown;
    Metadata: Record<string, string>;
    SafeInt: number;
  };
}>();

const SHOP = graphql(`
  query Shop {
    packages {
      id
      credits
      price {
        amountMinor
      }
    }
    balance {
      id
      credits
      available
      version
    }
  }
`);
const CREATE = graphql(`
  mutation Create($input: CreateIntentInput!) {
    createIntent(input: $input) {
      intent {
        id
        status
        creditsAdded
      }
      errors {
        __typename
        code
        message
      }
    }
  }
`);
const PAY = graphql(`
  mutation Pay($input: SimulatePaymentInput!) {
    simulatePayment(input: $input) {
      intent {
        id
        status
        creditsAdded
      }
      errors {
        code
      }
    }
  }
`);

/** Fails to compile where the two are not the same type. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <_IsSame extends true>(): void => undefined;

it('knows the type of each field, and refuses what is not there', async () => {
  same<Same<ResultOf<typeof SHOP>['packages'][number]['credits'], number>>();
  same<Same<ResultOf<typeof SHOP>['packages'][number]['price']['amountMinor'], string>>();
  type Intent = NonNullable<ResultOf<typeof CREATE>['createIntent']['intent']>;
  same<Same<Intent['creditsAdded'], number | null>>();
  same<Same<Intent['status'], 'canceled' | 'failed' | 'pending' | 'processing' | 'succeeded'>>();
  // @ts-expect-error A package has no color.
  type _Color = ResultOf<typeof SHOP>['packages'][number]['color'];
  // @ts-expect-error No provider is called so.
  const _wrong: VariablesOf<typeof CREATE> = { input: { packageId: 'small', provider: 'paypal' } };
  // @ts-expect-error What is bought must be said.
  const _missing: VariablesOf<typeof CREATE> = { input: {} };
  // @ts-expect-error Of a field that the schema has not, nothing can be read.
  graphql('query { packages { color } }').__apiType?.({}).packages[0]?.color.length;

  const user = await stand.signIn('tada_1');
  const ask = async <Document extends Parameters<typeof print>[0], Data = ResultOf<Document>>(
    document: Document,
    variables: object,
  ): Promise<Data> => {
    const response = await fetch(stand.http, {
      method: 'POST',
      headers: { authorization: user.authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ query: print(document), variables }),
    });
    return ((await response.json()) as { data: Data }).data;
  };
  const input: VariablesOf<typeof CREATE>['input'] = { packageId: 'small', provider: 'stripe' };
  const { createIntent } = await ask(CREATE, { input });
  expect([createIntent.intent?.status, createIntent.errors]).toEqual(['pending', []]);
  const paid = await ask(PAY, { input: { id: createIntent.intent?.id, outcome: 'succeed' } });
  expect(paid.simulatePayment).toMatchObject({
    intent: { status: 'succeeded', creditsAdded: 50 },
    errors: [],
  });
  const { packages, balance } = await ask(SHOP, {});
  expect(packages[0]).toEqual({ id: 'small', credits: 50, price: { amountMinor: '5000' } });
  expect(balance).toEqual(await trueBalance(user));
});
