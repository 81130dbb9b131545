import { useQuery } from 'urql';
import { CampaignListDocument } from '../../gql/grants/graphql';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { Status, Time } from '../parts/values';
import { SaveCampaign } from './save-campaign';
import { stateOf } from './states';

/** Why credits are given away, and how much of each budget is left. */
export function Screen() {
  const [{ data, error }, read] = useQuery({ query: CampaignListDocument, variables: {} });
  const refresh = () => read({ requestPolicy: 'network-only' });
  const campaigns = data?.admin?.campaigns;
  return (
    <Page title="Campaigns" actions={<SaveCampaign done={refresh} />}>
      {error && <Trouble error={error} again={refresh} />}
      {!campaigns && !error && <Loading />}
      {campaigns?.length === 0 && (
        <Empty title="No campaigns" text="Credits that are given away come out of the budget of one." />
      )}
      {campaigns && campaigns.length > 0 && (
        <Table
          label="Campaigns"
          rows={campaigns}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/campaigns/${encodeURIComponent(row.key)}`}
          columns={[
            { title: 'Campaign', cell: (row) => <b>{row.name}</b> },
            { title: 'State', cell: (row) => <Status value={stateOf(row, Date.now())} />, card: 'head' },
            { title: 'Key', cell: (row) => <code>{row.key}</code>, wide: true },
            { title: 'Given', cell: (row) => row.grantedCredits.toLocaleString(), right: true },
            { title: 'Budget', cell: (row) => row.budgetCredits.toLocaleString(), right: true },
            {
              title: 'Left',
              cell: (row) => (row.budgetCredits - row.grantedCredits).toLocaleString(),
              right: true,
              wide: true,
            },
            {
              title: 'Grants last',
              cell: (row) => (row.expireAfterDays ? `${row.expireAfterDays} days` : 'for ever'),
              right: true,
              wide: true,
            },
            { title: 'Ends', cell: (row) => <Time at={row.endsAt} />, right: true, wide: true },
          ]}
        />
      )}
    </Page>
  );
}
