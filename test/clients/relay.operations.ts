// What relay.test.ts asks, for relay-compiler to read. Nothing imports it: an application's babel plugin would put the compiler's
// artifacts in place of these texts, and the test imports them from where they are.
import { graphql } from 'relay-runtime';

graphql`
  fragment relayOperations_balance on Balance @refetchable(queryName: "relayOperationsBalanceRefetchQuery") {
    credits
    available
    version
  }
`;

graphql`
  fragment relayOperations_intent on PaymentIntent {
    id
    status
    version
    creditsAdded
  }
`;

graphql`
  query relayOperationsShopQuery {
    viewer {
      userId
      role
    }
    packages {
      id
      credits
      price {
        amountMinor
      }
    }
    balance {
      id
      ...relayOperations_balance
    }
  }
`;

graphql`
  query relayOperationsIntentQuery($id: ID!) {
    intent(id: $id) {
      ...relayOperations_intent
    }
  }
`;

graphql`
  fragment relayOperations_transactions on Query
  @refetchable(queryName: "relayOperationsTransactionsQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 2 }, after: { type: "String" }) {
    creditTransactions(first: $first, after: $after) @connection(key: "relayOperations_creditTransactions") {
      edges {
        node {
          id
          credits
          balanceAfter
        }
      }
    }
  }
`;

graphql`
  mutation relayOperationsCreateMutation($input: CreateIntentInput!) {
    createIntent(input: $input) {
      intent {
        id
        ...relayOperations_intent
      }
      errors {
        code
        message
      }
    }
  }
`;

graphql`
  mutation relayOperationsPayMutation($input: SimulatePaymentInput!) {
    simulatePayment(input: $input) {
      errors {
        code
      }
    }
  }
`;

graphql`
  mutation relayOperationsSpendMutation($input: SpendCreditsInput!, $connections: [ID!]!) {
    spendCredits(input: $input) {
      balance {
        ...relayOperations_balance
      }
      transaction @prependNode(connections: $connections, edgeTypeName: "CreditTransactionEdge") {
        id
        credits
        balanceAfter
      }
      errors {
        __typename
        code
        message
        path
        ... on IdempotencyConflictError {
          existing {
            id
          }
        }
      }
    }
  }
`;

graphql`
  subscription relayOperationsStatusSubscription($id: ID!) {
    intentStatusChanged(id: $id) {
      kind
      intent {
        ...relayOperations_intent
      }
    }
  }
`;

graphql`
  subscription relayOperationsBalanceSubscription {
    balanceChanged {
      kind
      balance {
        ...relayOperations_balance
      }
    }
  }
`;

graphql`
  mutation relayOperationsExportMutation($input: StartExportInput!) {
    startExport(input: $input) {
      export {
        id
      }
      errors {
        code
      }
    }
  }
`;

graphql`
  query relayOperationsJobQuery($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on ExportJob {
        status
        format
      }
    }
  }
`;

graphql`
  subscription relayOperationsJobSubscription($id: ID!) {
    jobProgress(id: $id) {
      jobId
      job {
        id
        status
      }
    }
  }
`;
