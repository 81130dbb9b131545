import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

interface DayChartProps {
  readonly label: string;
  readonly currency: string;
  readonly points: readonly { readonly at: string; readonly value: number }[];
}

const HEIGHT = 180;
const DAY_SECONDS = 86_400;

const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** Bars by day. What it shows stands in a table beside it for those who do not see it. */
export function DayChart({ label, currency, points }: DayChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = place.current;
    if (!element || points.length === 0) return;
    const isDark = scheme === 'dark';
    const money = new Intl.NumberFormat(undefined, {
      style: 'currency',
      currency,
      notation: 'compact',
      minimumFractionDigits: 0,
    });
    const axis = { stroke: isDark ? '#a0a6b8' : '#5d6375', ticks: { show: false } };
    const days = {
      ...axis,
      grid: { show: false },
      space: 64,
      size: 36,
      gap: 12,
      values: (_: uPlot, at: number[]) => at.map((second) => DAY.format(second * 1000)),
    };
    const amounts = {
      ...axis,
      size: 60,
      grid: { stroke: isDark ? '#2b2f3c' : '#e4e6ec', width: 1 },
      values: (_: uPlot, at: number[]) => at.map((amount) => money.format(amount)),
    };
    const bars = uPlot.paths.bars?.({ size: [0.6, 40] });
    const accent = isDark ? '#8b9bff' : '#3b4fd8';
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          // Half a day at either end, so that no bar is cut.
          x: { range: (_chart, first, last) => [first - DAY_SECONDS / 2, last + DAY_SECONDS / 2] },
          y: { range: (_chart, _low, high) => [0, Math.max(1, high * 1.1)] },
        },
        axes: [days, amounts],
        series: [
          {},
          // Without a width a day of nothing draws no line.
          { label, width: 0, fill: accent, ...(bars ? { paths: bars } : {}), points: { show: false } },
        ],
      },
      [points.map(({ at }) => Date.parse(at) / 1000), points.map(({ value }) => value)],
      element,
    );
    const watcher = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      chart.destroy();
    };
  }, [points, scheme, label, currency]);
  return <div ref={place} role="img" aria-label={label} className="chart" />;
}
