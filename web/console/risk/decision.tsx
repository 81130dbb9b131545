import { useQuery } from 'urql';
import { Link } from 'wouter';
import { DecisionOfDocument, type DecisionOfQuery } from '../../gql/risk/graphql';
import { pageOfOwner, wordOfOwner } from '../parts/find';
import { Card, Facts, Page } from '../parts/page';
import { Empty, Loading, Trouble } from '../parts/states';
import { Id, Status, Time, words } from '../parts/values';
import { LetThrough } from './let-through';
import { Signals } from './signals';

export type Decision = Extract<NonNullable<DecisionOfQuery['node']>, { told: unknown }>;

const BACK = { href: '/decisions', text: 'Decisions' };

/** One decision: what is known of who wanted to pay, and a way to let somebody through who was held up by mistake. */
export function Screen({ params }: { readonly params: { readonly id?: string } }) {
  const id = decodeURIComponent(params.id ?? '');
  const [{ data, error }, read] = useQuery({ query: DecisionOfDocument, variables: { id } });
  if (error && !data) return <Trouble error={error} again={() => read({ requestPolicy: 'network-only' })} />;
  if (!data) return <Loading />;
  const decision = data.node && 'told' in data.node ? (data.node as Decision) : null;
  if (!decision)
    return (
      <Page title="Decision" back={BACK}>
        <Empty title="No decision has this number" text={id} />
      </Page>
    );
  const title = (
    <>
      <span className="amount">{decision.amount.formatted}</span> <Status value={decision.decision} />
    </>
  );
  return (
    <Page title={title} back={BACK} actions={<LetThrough decision={decision} />}>
      <div className="columns">
        <div>
          <Signals signals={decision.signals} score={decision.score} />
        </div>
        <Side decision={decision} />
      </div>
    </Page>
  );
}

function Side({ decision }: { readonly decision: Decision }) {
  const { intent, shadowDecision, ruleVersion } = decision;
  return (
    <Card title="Details">
      <Facts
        items={[
          [
            wordOfOwner(decision.userId),
            <Link key="user" href={pageOfOwner(decision.userId)}>
              {decision.userId}
            </Link>,
          ],
          ['What came of it', words(decision.told)],
          [
            'Purchase',
            intent ? (
              <Link key="purchase" href={`/payments/${intent.id}`}>
                {decision.credits} credits
              </Link>
            ) : (
              `None was made of ${decision.credits} credits`
            ),
          ],
          ['Judged', <Time key="at" at={decision.at} long />],
          ['Rules', ruleVersion === null ? 'There were none' : `Version ${ruleVersion}`],
          ['In the shadow', shadowDecision && `${words(shadowDecision)}, ${decision.shadowScore} of 100`],
          ['Device', <Id key="device" value={decision.device} name="device" />],
          ['Network', decision.address],
          ['Country', decision.country],
          ['E-mail domain', decision.emailDomain],
          ['Card', <Id key="card" value={decision.card} name="card" />],
          ['Number', <Id key="id" value={decision.id} />],
        ]}
      />
    </Card>
  );
}
