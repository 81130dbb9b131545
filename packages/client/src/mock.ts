/** The simulated bank of mock mode, as a sheet: a list of what it may do. */
export const mock = {
  type: 'MockConfirm',
  fields: 'outcomes',
  isInPage: true,
  load: () => import('./mock/sheet.ts'),
} as const;
