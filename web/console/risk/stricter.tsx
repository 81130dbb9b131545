import { useQuery } from 'urql';
import { Link } from 'wouter';
import { JudgingVersionDocument, RulesOfDocument } from '../../gql/risk/graphql';
import { Card } from '../parts/page';
import { words } from '../parts/values';
import { type Document, type Rule, weightOf } from './changes';

const isOfAttack = ({ signal, when = [] }: Rule) =>
  [{ signal }, ...when].some((condition) => condition.signal === 'attack');

/** The rules that fire only while an attack goes on. */
export function Stricter() {
  const [{ data }] = useQuery({ query: JudgingVersionDocument, variables: {} });
  const active = data?.admin?.riskRules.find(({ state }) => state === 'active');
  const [{ data: read }] = useQuery({
    query: RulesOfDocument,
    variables: { id: active?.id ?? '' },
    pause: !active,
  });
  const set = read?.node && 'document' in read.node ? read.node : null;
  if (!set) return null;
  const rules = (set.document as Document).rules.filter(isOfAttack);
  return (
    <Card title="Stricter meanwhile" aside={<Link href="/rules">Version {set.version} of the rules</Link>}>
      {rules.length === 0 ? (
        <p className="quiet pad">
          Nothing: no rule of the active version looks at the signal attack. Purchases are judged as always.
        </p>
      ) : (
        <ul className="signals">
          {rules.map((rule) => (
            <li key={rule.code}>
              <b className="weight wide">{weightOf(rule)}</b>
              <span>
                {words(rule.code)}
                {rule.why && <span className="quiet">{rule.why}</span>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
