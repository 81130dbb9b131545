import { JsonInput, Switch, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ProposeRulesDocument } from '../../gql/risk/graphql';
import { Confirm, told, useAct } from '../parts/act';
import type { RuleSet } from './rules';
import { pretty, readRules } from './rules-faults';

/** A new version, written over the active one. It acts on nothing before somebody activates it. */
export function Propose({ active, done }: { readonly active: RuleSet; readonly done: () => void }) {
  const [text, setText] = useState<string | null>(null);
  const read = readRules(text ?? pretty(active));
  return (
    <Proposal
      button="Propose a version"
      title="Propose a version of the rules"
      document={() => {
        if ('faults' in read) throw new Error(read.faults[0]);
        return read.document;
      }}
      done={() => {
        setText(null);
        done();
      }}
    >
      <JsonInput
        label="Rules"
        description="Starts as the active version."
        autosize
        minRows={10}
        maxRows={18}
        value={text ?? pretty(active)}
        onChange={setText}
        spellCheck={false}
      />
      {'faults' in read && (
        <ul className="faults" aria-label="What is wrong with the rules">
          {read.faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      )}
    </Proposal>
  );
}

interface TheseProps {
  readonly document: unknown;
  readonly name: string;
  readonly done: () => void;
}

/** A new version of what was replayed. */
export const ProposeThese = ({ document, name, done }: TheseProps) => (
  <Proposal button="Propose these rules" title={`Propose: ${name}`} document={() => document} done={done}>
    <p className="quiet">They become a version of their own, which never changes.</p>
  </Proposal>
);

interface ProposalProps {
  readonly button: string;
  readonly title: string;
  /** Throws an Error with words for the person when there is none. */
  readonly document: () => unknown;
  readonly done: () => void;
  readonly children: ReactNode;
}

function Proposal({ button, title, document, done, children }: ProposalProps) {
  const act = useAct();
  const [note, setNote] = useState('');
  const [isShadow, setShadow] = useState(true);
  const propose = async () => {
    if (!note.trim()) throw new Error('Say what it is for: it stays with the version.');
    const input = { document: document(), note, shadow: isShadow };
    const { rules } = await act(ProposeRulesDocument, { input });
    told(`Version ${rules?.version} is there${isShadow ? ' and judges in the shadow' : ''}.`);
    setNote('');
    done();
  };
  return (
    <Confirm sends={ProposeRulesDocument} button={button} title={title} confirm="Propose" act={propose}>
      {children}
      <Textarea
        label="What for"
        required
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Switch
        label="Judge in the shadow from now on"
        description="It scores every purchase beside the active rules, and nothing acts on what it says."
        checked={isShadow}
        onChange={(event) => setShadow(event.currentTarget.checked)}
      />
      <p className="quiet">
        Nothing acts on it before somebody activates it: another person, where the gateway asks for two.
      </p>
    </Confirm>
  );
}
