/** Minor units of a currency, or whole credits, with their sign. */
export function inUnit(amount: string, unit: string): string {
  if (unit === 'CREDIT') return `${Number(amount).toLocaleString()} credits`;
  const format = new Intl.NumberFormat('en-IN', { style: 'currency', currency: unit });
  return format.format(Number(amount) / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
