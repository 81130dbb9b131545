import { majorOf } from '../parts/major-units';
import { Plot } from '../parts/plot';
import { ZONE } from '../parts/zone';

interface DayChartProps {
  readonly label: string;
  readonly currency: string;
  readonly points: readonly { readonly at: string; readonly minor: string }[];
}

const DAY = new Intl.DateTimeFormat(undefined, { timeZone: ZONE, month: 'short', day: 'numeric' });

/** Bars by day. What it shows stands in a table beside it for those who do not see it. */
export function DayChart({ label, currency, points }: DayChartProps) {
  const money = new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    notation: 'compact',
    minimumFractionDigits: 0,
  });
  return (
    <Plot
      label={label}
      xs={points.map(({ at }) => Date.parse(at))}
      series={[
        {
          label,
          tone: 'accent',
          kind: 'bars',
          values: points.map(({ minor }) => Number(majorOf(minor, currency))),
        },
      ]}
      top={1}
      textOfX={(at) => DAY.format(at)}
      textOfY={(amount) => money.format(amount)}
    />
  );
}
