import { Button, CloseButton, Select, Text, Textarea } from '@mantine/core';
import { useRef, useState } from 'react';
import {
  AttachFileDocument,
  DraftEvidenceDocument,
  type EvidenceKind,
  SubmitEvidenceDocument,
} from '../../gql/disputes/graphql';
import { Confirm, refused, told, useAct, useKeyed } from '../parts/act';
import { Card } from '../parts/page';
import { words } from '../parts/values';
import { useSession } from '../session';
import { useCreditsSince } from './credits';
import type { Dispute } from './detail';

const KINDS: EvidenceKind[] = ['receipt', 'communication', 'activity_log', 'refund_policy', 'other'];

interface AnswerProps {
  readonly dispute: Dispute;
  readonly done: () => void;
}

/** What the bank is told: written, kept, and sent once. */
export function Answer({ dispute, done }: AnswerProps) {
  const { may } = useSession();
  const act = useAct();
  const evidence = dispute.evidence as NonNullable<Dispute['evidence']>;
  const [text, setText] = useState(evidence.text);
  const since = useCreditsSince(dispute);
  const keyed = useKeyed();
  if (!dispute.needsAnswer || !may(SubmitEvidenceDocument)) return null;
  const draft = async (files: readonly string[] | null) => {
    const fileIds = files ? { fileIds: [...files] } : {};
    await act(DraftEvidenceDocument, { input: { disputeId: dispute.id, text, ...fileIds } });
    done();
  };
  const save = () => draft(null).then(() => told('The draft is kept.'), refused);
  const submit = async () => {
    const input = { disputeId: dispute.id, text };
    await keyed((idempotencyKey) => act(SubmitEvidenceDocument, { input: { ...input, idempotencyKey } }));
    told('The evidence is with the bank.');
    done();
  };
  const needsFile = evidence.needsFile && evidence.files.length === 0;
  return (
    <Card title="Evidence">
      <div className="pad">
        <Textarea
          label="What the bank is to know"
          description={`It is read by a person at the bank. At most ${evidence.textLengthMax.toLocaleString()} characters.`}
          autosize
          minRows={5}
          maxRows={16}
          maxLength={evidence.textLengthMax}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {since && text === '' && (
          <Button variant="subtle" size="compact-sm" onClick={() => setText(knownOf(dispute, since.used))}>
            Begin with what is known
          </Button>
        )}
        <Files
          dispute={dispute}
          remove={(fileId) => {
            const rest = evidence.files.filter((file) => file.fileId !== fileId);
            draft(rest.map((file) => file.fileId)).catch(refused);
          }}
          done={done}
        />
        <div className="actions end">
          <Button variant="default" onClick={save} disabled={text === evidence.text}>
            Keep as a draft
          </Button>
          <Confirm
            sends={SubmitEvidenceDocument}
            button="Send to the bank"
            title="Send this evidence?"
            confirm="Send to the bank"
            disabled={text.trim() === '' || needsFile}
            over={dispute.needsAnswer ? null : 'It was answered meanwhile.'}
            act={submit}
          >
            <Text size="sm">
              The bank gets this text and{' '}
              {evidence.files.length === 1 ? '1 file' : `${evidence.files.length} files`} about{' '}
              {dispute.amount.formatted} of {dispute.intent.userId}. It is sent once and cannot be changed
              afterwards.
            </Text>
          </Confirm>
        </div>
        {needsFile && <p className="quiet">{words(dispute.provider)} takes no text alone: attach a file.</p>}
      </div>
    </Card>
  );
}

/** In the words of a letter, from what the gateway knows for certain. */
function knownOf({ intent, amount }: Dispute, used: number): string {
  const paid = intent.completedAt ? ` on ${new Date(intent.completedAt).toISOString().slice(0, 10)}` : '';
  return [
    `The account ${intent.userId} bought "${intent.packageName}", ${intent.creditsAmount} prepaid credits, for ${intent.amount.formatted}${paid}.`,
    'The credits were delivered to the account at once.',
    `Since then ${used} of them were used by the account.`,
    `The disputed amount is ${amount.formatted}.`,
  ].join('\n');
}

interface FilesProps extends AnswerProps {
  readonly remove: (fileId: string) => void;
}

function Files({ dispute, remove, done }: FilesProps) {
  const act = useAct();
  const evidence = dispute.evidence as NonNullable<Dispute['evidence']>;
  const [kind, setKind] = useState<EvidenceKind>('receipt');
  const [isSending, setSending] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const attach = async (file: File) => {
    if (file.size > evidence.fileBytesMax)
      throw new Error(`A file may have ${Math.floor(evidence.fileBytesMax / 1000)} kB; this one has more.`);
    const content = await base64(file);
    await act(AttachFileDocument, {
      input: { disputeId: dispute.id, kind, name: file.name, contentType: file.type, content },
    });
    told(`${file.name} is attached.`);
    done();
  };
  const chosen = (files: FileList | null) => {
    const file = files?.[0];
    if (!file) return;
    setSending(true);
    attach(file)
      .catch(refused)
      .finally(() => {
        setSending(false);
        if (input.current) input.current.value = '';
      });
  };
  return (
    <div className="files">
      <ul aria-label="Files">
        {evidence.files.map(({ fileId, kind: shows, name }) => (
          <li key={fileId}>
            {name} <span className="quiet">{words(shows)}</span>
            <CloseButton size="sm" aria-label={`Take off ${name}`} onClick={() => remove(fileId)} />
          </li>
        ))}
      </ul>
      <div className="actions">
        <Select
          aria-label="What the file shows"
          data={KINDS.map((value) => ({ value, label: words(value) }))}
          value={kind}
          allowDeselect={false}
          onChange={(next) => setKind(next as EvidenceKind)}
        />
        <Button variant="default" loading={isSending} onClick={() => input.current?.click()}>
          Attach a file
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          aria-label="File"
          accept={evidence.contentTypes.join(',')}
          onChange={(event) => chosen(event.currentTarget.files)}
        />
      </div>
    </div>
  );
}

const base64 = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
    reader.onerror = () => reject(new Error('The file could not be read.'));
    reader.readAsDataURL(file);
  });
