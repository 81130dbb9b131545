// Said below the screens that an attack makes look other than usual: the overview, and all of risk.
import { useQuery } from 'urql';
import { Link, useLocation } from 'wouter';
import { AttackNowDocument } from '../../gql/graphql';
import { useFeed } from '../feed';
import { Time } from '../parts/values';
import { SIGNS } from './signs';

export function UnderAttack() {
  const [location] = useLocation();
  const [{ data }, read] = useQuery({ query: AttackNowDocument, variables: {} });
  useFeed((event) => event.topic === 'risk' && read({ requestPolicy: 'network-only' }));
  const attack = data?.admin?.riskAttack;
  // There it is said at length.
  if (!attack || attack.endedAt || location === '/attacks') return null;
  return (
    <div role="status">
      <p className="under-attack">
        <span>
          <b>An attack with stolen cards goes on</b>
          <span className="wide">
            {' '}
            since <Time at={attack.startedAt} />: {attack.seen} {SIGNS[attack.sign]} in five minutes, where at
            most {attack.usualMost} are usual.
          </span>
        </span>
        <Link href="/attacks">What is stricter meanwhile</Link>
      </p>
    </div>
  );
}
