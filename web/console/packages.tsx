import { useQuery } from 'urql';
import { PackageListDocument, SavePackageFromConsoleDocument } from '../gql/graphql';
import { EditPackage } from './edit-package';
import { Page } from './parts/page';
import { Loading, Trouble } from './parts/states';
import { Table } from './parts/table';
import { useSession } from './session';

export function Screen() {
  const { may } = useSession();
  const [{ data, error }, read] = useQuery({ query: PackageListDocument, variables: {} });
  const refresh = () => read({ requestPolicy: 'network-only' });
  return (
    <Page title="Packages" actions={<EditPackage done={refresh} />}>
      {error && <Trouble error={error} again={refresh} />}
      {!data && !error && <Loading rows={4} />}
      {data && (
        <Table
          label="Packages"
          rows={data.packages}
          keyOf={(row) => row.id}
          columns={[
            { title: 'Package', cell: (row) => <b>{row.name}</b> },
            { title: 'Credits', cell: (row) => row.credits.toLocaleString(), right: true },
            { title: 'Prices', cell: (row) => row.prices.map(({ formatted }) => formatted).join(' · ') },
            { title: 'One credit', cell: (row) => row.unitPrice.formatted, right: true, wide: true },
            {
              title: 'Saves',
              cell: (row) => (row.savingsPercent ? `${row.savingsPercent}%` : ''),
              right: true,
              wide: true,
            },
            {
              title: 'Expires after',
              cell: (row) => (row.creditsExpireAfterDays ? `${row.creditsExpireAfterDays} days` : 'never'),
              right: true,
              wide: true,
            },
            { title: 'On sale', cell: (row) => (row.active ? 'yes' : 'no'), right: true },
            ...(may(SavePackageFromConsoleDocument)
              ? [
                  {
                    title: 'Change',
                    cell: (row: (typeof data.packages)[number]) => (
                      <EditPackage key={JSON.stringify(row)} item={row} done={refresh} />
                    ),
                    right: true,
                    card: 'bare' as const,
                  },
                ]
              : []),
          ]}
        />
      )}
    </Page>
  );
}
