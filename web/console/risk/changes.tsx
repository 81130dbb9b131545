import { Card } from '../parts/page';
import { words } from '../parts/values';
import type { RuleSet } from './rules';

export interface Rule {
  readonly code: string;
  readonly why?: string;
  readonly signal: string;
  readonly at_least?: number;
  readonly at_most?: number;
  readonly weight: number;
  readonly decision?: string;
  readonly stage?: string;
  readonly when?: readonly { readonly signal: string }[];
}

export interface Document {
  readonly rules: readonly Rule[];
  readonly thresholds: Readonly<Record<string, number>>;
}

const documentOf = (set: RuleSet) => set.document as Document;
const bound = ({ at_least: least, at_most: most }: Rule) =>
  least === undefined ? `at most ${most}` : `at least ${least}`;
const text = (rule: Rule) => `${words(rule.signal)} ${bound(rule)}`;
export const weightOf = (rule: Rule) => `+${rule.weight}${rule.decision ? `, ${rule.decision}` : ''}`;

interface ChangesProps {
  readonly set: RuleSet;
  readonly active: RuleSet;
}

/** The rules of a version, each with what it was in the active one where that is another. */
export function Changes({ set, active }: ChangesProps) {
  const before = new Map(documentOf(active).rules.map((rule) => [rule.code, rule]));
  const { rules, thresholds } = documentOf(set);
  const gone = documentOf(active).rules.filter(({ code }) => !rules.some((rule) => rule.code === code));
  const levels = Object.entries(thresholds).map(([name, score]) => `${name} from ${score}`);
  return (
    <Card title={`Version ${set.version}`} aside={<span className="quiet">{levels.join(', ')}</span>}>
      <ul className="signals">
        {rules.map((rule) => {
          const was = before.get(rule.code);
          const same = was && text(was) === text(rule) && weightOf(was) === weightOf(rule);
          return (
            <li key={rule.code}>
              <b className="weight wide">{weightOf(rule)}</b>
              <span>
                {words(rule.code)}
                <span className="quiet">{text(rule)}</span>
                {!same && (
                  <span className="soon">
                    {was ? `Now: ${text(was)}, ${weightOf(was)}` : 'Not in the active version'}
                  </span>
                )}
              </span>
            </li>
          );
        })}
        {gone.map((rule) => (
          <li key={rule.code}>
            <s className="weight wide">{weightOf(rule)}</s>
            <span>
              <s>{words(rule.code)}</s>
              <span className="soon">Not in this version</span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
