import { Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import {
  CampaignDetailDocument,
  type CampaignDetailQuery,
  type CampaignRowFragment,
  EndCampaignDocument,
  TakeGrantBackDocument,
} from '../../gql/grants/graphql';
import { Confirm, told, useAct } from '../parts/act';
import { pageOfOwner } from '../parts/find';
import { Card, Facts, Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Table } from '../parts/table';
import { Status, Time } from '../parts/values';
import { Codes } from './codes';
import { SaveCampaign } from './save-campaign';
import { SaveCode } from './save-code';
import { stateOf } from './states';

/** One campaign: what it may give, what it gave, and its codes. */
export function Screen({ params }: { readonly params: { readonly id?: string } }) {
  const key = decodeURIComponent(params.id ?? '');
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, read] = useQuery({
    query: CampaignDetailDocument,
    variables: { key, after },
  });
  const refresh = () => read({ requestPolicy: 'network-only' });
  const back = { href: '/campaigns', text: 'Campaigns' };
  if (error && !data) return <Trouble error={error} again={refresh} />;
  if (!data?.admin) return <Loading />;
  const { campaigns, creditGrants, promoCodes } = data.admin;
  const campaign = campaigns.find((one) => one.key === key);
  if (!campaign)
    return (
      <Page title="Campaign" back={back}>
        <Empty title="No campaign has this key" text={key} />
      </Page>
    );
  const state = stateOf(campaign, Date.now());
  const title = (
    <>
      {campaign.name} <Status value={state} />
    </>
  );
  const { hasNextPage, endCursor } = creditGrants.pageInfo;
  return (
    <Page
      title={title}
      back={back}
      actions={
        campaign.revokingSince ? null : (
          <>
            <SaveCampaign key={JSON.stringify(campaign)} campaign={campaign} done={refresh} />
            <End campaign={campaign} done={refresh} />
          </>
        )
      }
    >
      <Card title="Budget">
        <Facts
          items={[
            ['Budget', campaign.budgetCredits.toLocaleString()],
            ['Given', campaign.grantedCredits.toLocaleString()],
            ['Left', (campaign.budgetCredits - campaign.grantedCredits).toLocaleString()],
            ['Grants last', campaign.expireAfterDays ? `${campaign.expireAfterDays} days` : 'for ever'],
            ['Ends', <Time key="ends" at={campaign.endsAt} long />],
            ['Taken back since', <Time key="since" at={campaign.revokingSince} long />],
            ['All taken back', <Time key="all" at={campaign.revokedAt} long />],
          ]}
        />
      </Card>
      <Card title="Codes" aside={campaign.revokingSince ? null : <SaveCode campaign={key} done={refresh} />}>
        <Codes codes={promoCodes} done={refresh} />
      </Card>
      <Card title="Grants">
        <Grants
          rows={creditGrants.nodes}
          more={hasNextPage ? () => setAfter(endCursor ?? null) : null}
          isReading={fetching}
          done={refresh}
        />
      </Card>
    </Page>
  );
}

function End({ campaign, done }: { readonly campaign: CampaignRowFragment; readonly done: () => void }) {
  const act = useAct();
  const [reason, setReason] = useState('');
  const end = async () => {
    if (!reason.trim()) throw new Error('Say why: it stays with the campaign.');
    await act(EndCampaignDocument, { input: { key: campaign.key, reason } });
    told('The campaign is over; what is left of its credits is being taken back.');
    done();
  };
  return (
    <Confirm
      sends={EndCampaignDocument}
      button="Revoke"
      title={`Revoke ${campaign.name}?`}
      confirm="Revoke all of it"
      danger
      figures={`${campaign.grantedCredits.toLocaleString()} credits given`}
      act={end}
    >
      <Text size="sm">
        It gives nothing from now on, and what is left of {campaign.grantedCredits.toLocaleString()} credits
        that it gave is taken back from everybody. What was spent stays spent. Nothing undoes it.
      </Text>
      <Textarea
        label="Reason"
        required
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}

type Grant = NonNullable<CampaignDetailQuery['admin']>['creditGrants']['nodes'][number];

interface GrantsProps {
  readonly rows: readonly Grant[];
  readonly more: (() => void) | null;
  readonly isReading: boolean;
  readonly done: () => void;
}

function Grants({ rows, more, isReading, done }: GrantsProps) {
  if (rows.length === 0) return <Empty title="Nothing was given yet" />;
  return (
    <Table
      label="Grants"
      rows={rows}
      keyOf={(row) => row.id}
      more={more}
      isReading={isReading}
      columns={[
        {
          title: 'User',
          cell: (row) => <Link href={pageOfOwner(row.userId)}>{row.userId}</Link>,
        },
        { title: 'Credits', cell: (row) => row.credits.toLocaleString(), right: true },
        { title: 'Reason', cell: (row) => row.reason, card: 'line' },
        { title: 'Given', cell: (row) => <Time at={row.createdAt} />, right: true },
        { title: 'Expires', cell: (row) => <Time at={row.expiresAt} />, right: true, wide: true },
        {
          title: 'Taken back',
          right: true,
          card: 'bare',
          cell: (row) =>
            row.revokedAt ? `${row.revokedCredits} taken back` : <TakeBack grant={row} done={done} />,
        },
      ]}
    />
  );
}

function TakeBack({ grant, done }: { readonly grant: Grant; readonly done: () => void }) {
  const act = useAct();
  const [reason, setReason] = useState('');
  const take = async () => {
    if (!reason.trim()) throw new Error('Say why: it stays with the grant.');
    await act(TakeGrantBackDocument, { input: { id: grant.id, reason } });
    told('What was left of it is taken back.');
    done();
  };
  return (
    <Confirm
      sends={TakeGrantBackDocument}
      button="Take back"
      title={`Take back what is left of ${grant.credits} credits of ${grant.userId}?`}
      confirm="Take back"
      danger
      act={take}
    >
      <Textarea
        label="Reason"
        required
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}
