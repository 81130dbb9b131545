import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'wouter';

interface PageProps {
  readonly title: ReactNode;
  /** Where one came from. */
  readonly back?: { readonly href: string; readonly text: string };
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, back, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // What the heading says names the tab, too, and the entry of the browser's history.
  useEffect(() => {
    document.title = `${heading.current?.textContent} · Credits gateway`;
  });
  return (
    <>
      <div className="head">
        <div>
          {back && (
            <Link href={back.href} className="back">
              ← {back.text}
            </Link>
          )}
          <h1 ref={heading}>{title}</h1>
        </div>
        {actions && <div className="actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}

export function Card({
  title,
  children,
  aside,
  isBusy,
}: {
  readonly title?: string;
  readonly children: ReactNode;
  readonly aside?: ReactNode;
  /** Its content is still on its way, and how tall that is nobody knows. */
  readonly isBusy?: boolean;
}) {
  return (
    <section className="card" aria-label={title} aria-busy={isBusy || undefined}>
      {title && (
        <header>
          <h2>{title}</h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}

/** Names and values, one under the other. */
export function Facts({ items }: { readonly items: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? <span className="quiet">–</span>}</dd>
        </div>
      ))}
    </dl>
  );
}
