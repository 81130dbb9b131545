// How single values are shown, everywhere alike.
import { CopyButton } from '@mantine/core';
import { Link } from 'wouter';
import { pageOfOwner } from './find';
import { ZONE } from './zone';

const TONES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'succeeded',
      'processed',
      'delivered',
      'won',
      'approved',
      'resolved',
      'done',
      'settled',
      'allow',
      'active',
    ].map((name) => [name, 'good']),
  ),
  ...Object.fromEntries(
    [
      'failed',
      'dead',
      'quarantined',
      'lost',
      'rejected',
      'block',
      'disputed',
      'dispute lost',
      'unapplied',
    ].map((name) => [name, 'bad']),
  ),
  ...Object.fromEntries(
    [
      'processing',
      'running',
      'received',
      'open',
      'queued',
      'parked',
      'challenge',
      'review',
      'shadow',
      'refunded',
      'partly refunded',
      'late',
      'being revoked',
      'scheduled',
    ].map((name) => [name, 'busy']),
  ),
};

export function Status({ value }: { readonly value: string }) {
  return <span className={`status ${TONES[value] ?? 'calm'}`}>{value}</span>;
}

const SHORT = new Intl.DateTimeFormat(undefined, {
  timeZone: ZONE,
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const LONG = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', timeZone: ZONE });

/** Local time; UTC when the pointer rests on it. */
export function Time({
  at,
  long = false,
}: {
  readonly at: string | null | undefined;
  readonly long?: boolean;
}) {
  if (!at) return <span className="quiet">–</span>;
  const date = new Date(at);
  return (
    <time
      dateTime={at}
      title={`${date.toISOString().replace('T', ' ').replace('Z', '')} UTC`}
      className="nowrap"
    >
      {(long ? LONG : SHORT).format(date)}
    </time>
  );
}

/** An id in letters of one width, with a button that copies all of it. */
export function Id({
  value,
  name = 'id',
  whole = false,
}: {
  readonly value: string | null | undefined;
  readonly name?: string;
  /** In several lines where one is too short; else it is cut there. */
  readonly whole?: boolean;
}) {
  if (!value) return <span className="quiet">–</span>;
  return (
    <span className={whole ? 'id whole' : 'id'}>
      <code title={value}>{value}</code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <button
            type="button"
            className="copy"
            onClick={copy}
            aria-label={copied ? 'Copied' : `Copy ${name}`}
          >
            <CopyIcon done={copied} />
          </button>
        )}
      </CopyButton>
    </span>
  );
}

/** What a caller wrote on something, for its own books: one line for each key. */
export function MetadataOf({ value }: { readonly value: Readonly<Record<string, unknown>> }) {
  return (
    <ul className="metadata">
      {Object.entries(value).map(([key, written]) => (
        <li key={key}>
          <span className="quiet">{key}</span> {String(written)}
        </li>
      ))}
    </ul>
  );
}

/** A caller's own number and what else it wrote, in one cell of a table. */
export function Written({
  reference,
  metadata,
}: {
  readonly reference?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
}) {
  if (!reference && !metadata) return <span className="quiet">–</span>;
  return (
    <>
      {reference && <code>{reference}</code>}
      {metadata && <MetadataOf value={metadata} />}
    </>
  );
}

/** How a user is called, with the id in small, or the id alone. */
export function Called({
  user: { userId, user },
}: {
  readonly user: { readonly userId: string; readonly user?: { readonly name?: string | null } | null };
}) {
  if (!user?.name) return <b className="called">{userId}</b>;
  return (
    <span className="called">
      <b>{user.name}</b> <small className="quiet">{userId}</small>
    </span>
  );
}

/** Who spends of a wallet: a member, an API key, both, or everybody. */
export function Spender({
  memberId,
  apiKeyId,
  nobody = 'Own token',
  isUser = false,
}: {
  readonly memberId?: string | null;
  readonly apiKeyId?: string | null;
  /** What it is called where neither is named. */
  readonly nobody?: string;
  /** A member of a shared wallet is a user with a page; who spends of a user's credits is whatever the back end says. */
  readonly isUser?: boolean;
}) {
  if (!memberId && !apiKeyId) return <>{nobody}</>;
  return (
    <>
      {memberId && (isUser ? <Link href={pageOfOwner(memberId)}>{memberId}</Link> : <b>{memberId}</b>)}{' '}
      {apiKeyId && <Id value={apiKeyId} name="API key" />}
    </>
  );
}

/** Signed and with its sign always shown. */
export const signed = (credits: number) => (credits > 0 ? `+${credits}` : `−${Math.abs(credits)}`);
export const words = (name: string) => name.replaceAll('_', ' ');

const CopyIcon = ({ done }: { readonly done: boolean }) => (
  <svg
    viewBox="0 0 16 16"
    width="12"
    height="12"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    aria-hidden="true"
  >
    {done ? <path d="M3 8.5 6.5 12 13 4.5" /> : <path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3" />}
  </svg>
);
