// A real table, whose rows are cards on a narrow screen. Its first column is a link, a click anywhere on the row follows it, and j and k go up and down.
import { Button } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { type ReactNode, useRef } from 'react';
import { Link, useLocation } from 'wouter';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly right?: boolean;
  /** Left out on a narrow screen. */
  readonly wide?: boolean;
  /**
   * Where a narrow screen, which has cards in place of rows, puts it: beside the first column, in a line of its own, or
   * without its title. Left out: with its title, beneath.
   */
  readonly card?: 'head' | 'line' | 'bare';
}

interface TableProps<Row> {
  /** For those who hear the page. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly hrefOf?: (row: Row) => string;
  /** Reads on; left out at the end. */
  readonly more?: (() => void) | null;
  readonly isReading?: boolean;
}

/** In the table that has the focus; else in the first that leads anywhere. */
const step = (body: HTMLElement | null, by: 1 | -1) => {
  const from =
    document.activeElement?.closest('tbody') ?? document.querySelector('a.first')?.closest('tbody');
  if (from !== body) return;
  const links = [...(body?.querySelectorAll<HTMLAnchorElement>('a.first') ?? [])];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  links[Math.max(0, Math.min(links.length - 1, at + by))]?.focus();
};

export function Table<Row>({ label, rows, columns, keyOf, hrefOf, more, isReading }: TableProps<Row>) {
  const [, navigate] = useLocation();
  const body = useRef<HTMLTableSectionElement>(null);
  useHotkeys([
    ['j', () => step(body.current, 1)],
    ['k', () => step(body.current, -1)],
  ]);
  const classes = ({ right, wide, card }: Column<Row>) =>
    [right && 'right', wide && 'wide', card && `in-${card}`].filter(Boolean).join(' ');
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className="scroll" tabIndex={0} aria-label={label}>
        <table className="rows">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.title} scope="col" className={classes(column)}>
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={body}>
            {rows.map((row) => {
              const href = hrefOf?.(row);
              return (
                <tr
                  key={keyOf(row)}
                  className={href ? 'clickable' : undefined}
                  onClick={(event) => {
                    const isOwn = (event.target as HTMLElement).closest('a, button, input, label');
                    if (href && !isOwn && !window.getSelection()?.toString()) navigate(href);
                  }}
                >
                  {columns.map((column, at) => (
                    <td key={column.title} className={classes(column)} data-title={column.title}>
                      {at === 0 && href ? (
                        <Link href={href} className="first">
                          {column.cell(row)}
                        </Link>
                      ) : (
                        column.cell(row)
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {more && (
        <div className="more">
          <Button variant="default" onClick={more} loading={isReading}>
            Load more
          </Button>
        </div>
      )}
    </>
  );
}
