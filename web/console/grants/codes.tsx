import { useQuery } from 'urql';
import { Link } from 'wouter';
import { CodeListDocument, type CodeRowFragment } from '../../gql/grants/graphql';
import { Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { Id, Status, Time } from '../parts/values';
import { SaveCode } from './save-code';
import { codeStateOf } from './states';

/** What users type to be given credits, of all campaigns. */
export function Screen() {
  const [{ data, error }, read] = useQuery({ query: CodeListDocument, variables: {} });
  const refresh = () => read({ requestPolicy: 'network-only' });
  const codes = data?.admin?.promoCodes;
  return (
    <Page title="Promo codes" actions={<SaveCode done={refresh} />}>
      {error && <Trouble error={error} again={refresh} />}
      {!codes && !error && <Loading />}
      {codes && <Codes codes={codes} done={refresh} />}
    </Page>
  );
}

interface CodesProps {
  readonly codes: readonly CodeRowFragment[];
  readonly done: () => void;
}

export function Codes({ codes, done }: CodesProps) {
  if (codes.length === 0)
    return (
      <Empty title="No codes" text="A code gives each user who types it credits of its campaign, once." />
    );
  return (
    <Table
      label="Promo codes"
      rows={codes}
      keyOf={(row) => row.code}
      columns={[
        { title: 'Code', cell: (row) => <Id value={row.code} name="code" /> },
        { title: 'State', cell: (row) => <Status value={codeStateOf(row, Date.now())} />, card: 'head' },
        {
          title: 'Campaign',
          wide: true,
          cell: (row) => <Link href={`/campaigns/${encodeURIComponent(row.campaign)}`}>{row.campaign}</Link>,
        },
        { title: 'Credits', cell: (row) => row.credits.toLocaleString(), right: true },
        {
          title: 'Redeemed',
          right: true,
          cell: (row) =>
            `${row.redeemed.toLocaleString()}${row.totalLimit ? ` of ${row.totalLimit.toLocaleString()}` : ''}`,
        },
        { title: 'From', cell: (row) => <Time at={row.startsAt} />, right: true, wide: true },
        { title: 'Until', cell: (row) => <Time at={row.endsAt} />, right: true, wide: true },
        {
          title: 'Change',
          cell: (row) => <SaveCode key={JSON.stringify(row)} code={row} done={done} />,
          right: true,
          card: 'bare',
        },
      ]}
    />
  );
}
