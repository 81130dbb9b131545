// Lines and bars over one axis, drawn as SVG in the page's own colours. What a plot shows stands in a table beside it for those who
// do not see it.
import { useElementSize } from '@mantine/hooks';
import { useState } from 'react';

export type Tone = 'bad' | 'good' | 'busy' | 'accent';

export interface Series {
  readonly label: string;
  readonly tone: Tone;
  readonly kind: 'line' | 'bars';
  /** By the places of `xs`; null: there is nothing to draw. */
  readonly values: readonly (number | null)[];
  readonly dashed?: boolean;
}

export interface PlotProps {
  readonly label: string;
  /** Ascending. */
  readonly xs: readonly number[];
  readonly series: readonly Series[];
  /** What the y axis ends at, at least. */
  readonly top: number;
  readonly textOfX: (x: number) => string;
  readonly textOfY: (y: number) => string;
  /** Upright lines with a word. */
  readonly marks?: readonly { readonly x: number; readonly text: string }[];
}

const HEIGHT = 220;
const LEFT = 48;
const RIGHT = 12;
const TOP = 20;
const BOTTOM = 26;
const STEPS = 4;
// So much room has each word under the axis.
const WORD = 76;

export function Plot(props: PlotProps) {
  const { label, xs, series, textOfX, textOfY, marks = [] } = props;
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [at, point] = useState<number | null>(null);
  const top = roundUp(
    Math.max(props.top, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))),
  );
  const first = xs[0] ?? 0;
  const span = (xs.at(-1) ?? 1) - first || 1;
  const bars = series.filter(({ kind }) => kind === 'bars');
  const inner = Math.max(1, width - LEFT - RIGHT);
  // Bars stand over their place, so that half a place is left at either end.
  const slot = bars.length > 0 ? inner / xs.length : 0;
  const xOf = (x: number) => LEFT + slot / 2 + ((x - first) / span) * (inner - slot);
  const yOf = (y: number) => TOP + (1 - y / top) * (HEIGHT - TOP - BOTTOM);
  const every = Math.max(1, Math.ceil((xs.length * WORD) / inner));
  const shown = at === null ? null : xs[at];
  const barWidth = Math.max(1, Math.min(14, (slot * 0.8) / Math.max(1, bars.length)));
  const follow = (clientX: number, left: number) => {
    const wanted = clientX - left;
    const distances = xs.map((x) => Math.abs(xOf(x) - wanted));
    point(distances.indexOf(Math.min(...distances)));
  };
  return (
    <figure className="plot">
      <figcaption>
        {series.map(({ label: name, tone, dashed, values }) => (
          <span key={name} className={`key ${tone}`}>
            <i className={dashed ? 'dashed' : undefined} />
            {name}
            {at !== null && <b>{values[at] === null ? '–' : textOfY(values[at] ?? 0)}</b>}
          </span>
        ))}
        {typeof shown === 'number' && <span className="quiet">{textOfX(shown)}</span>}
      </figcaption>
      {/* Its place is there before its width is known. */}
      <div ref={ref} style={{ minHeight: HEIGHT }}>
        {width > 0 && (
          <svg
            width={width}
            height={HEIGHT}
            role="img"
            aria-label={label}
            onPointerMove={(event) => follow(event.clientX, event.currentTarget.getBoundingClientRect().left)}
            onPointerLeave={() => point(null)}
          >
            {Array.from({ length: STEPS + 1 }, (_, step) => (top * step) / STEPS).map((y) => (
              <g key={y}>
                <line className="grid" x1={LEFT} x2={width - RIGHT} y1={yOf(y)} y2={yOf(y)} />
                <text x={LEFT - 8} y={yOf(y) + 4} textAnchor="end">
                  {textOfY(y)}
                </text>
              </g>
            ))}
            {xs.map((x, place) =>
              place % every === 0 ? (
                <text key={x} x={xOf(x)} y={HEIGHT - 6} textAnchor="middle">
                  {textOfX(x)}
                </text>
              ) : null,
            )}
            {marks.map(({ x, text }) => (
              <g key={text}>
                <line className="mark" x1={xOf(x)} x2={xOf(x)} y1={TOP - 4} y2={HEIGHT - BOTTOM} />
                <text x={xOf(x)} y={TOP - 8} textAnchor={xOf(x) > width - WORD ? 'end' : 'middle'}>
                  {text}
                </text>
              </g>
            ))}
            {bars.map(({ label: name, tone, values }, nth) => (
              <g key={name} className={`bars ${tone}`}>
                {values.map((value, place) =>
                  value ? (
                    <rect
                      key={xs[place]}
                      x={xOf(xs[place] ?? 0) + (nth - bars.length / 2) * barWidth}
                      y={yOf(value)}
                      width={barWidth}
                      height={yOf(0) - yOf(value)}
                    />
                  ) : null,
                )}
              </g>
            ))}
            {series
              .filter(({ kind }) => kind === 'line')
              .map(({ label: name, tone, dashed, values }) => (
                <path
                  key={name}
                  className={`line ${tone}${dashed ? ' dashed' : ''}`}
                  d={pathOf(
                    values.map((value, place) => (value === null ? null : [xOf(xs[place] ?? 0), yOf(value)])),
                  )}
                />
              ))}
            {typeof shown === 'number' && (
              <line className="mark" x1={xOf(shown)} x2={xOf(shown)} y1={TOP} y2={HEIGHT - BOTTOM} />
            )}
          </svg>
        )}
      </div>
    </figure>
  );
}

/** So that each of the steps is a number that people count by. */
function roundUp(top: number): number {
  const step = top / STEPS;
  const power = 10 ** Math.floor(Math.log10(step));
  const round = [1, 2, 2.5, 5, 10].find((times) => times * power >= step - power / 1_000) ?? 10;
  return round * power * STEPS;
}

/** A line that is broken where there is nothing to draw. */
const pathOf = (points: readonly (readonly number[] | null)[]): string =>
  points
    .map((point, at) =>
      point ? `${at > 0 && points[at - 1] ? 'L' : 'M'}${point.map((n) => n.toFixed(1)).join(' ')}` : '',
    )
    .join('');
