import { createTheme, type MantineColorsTuple } from '@mantine/core';

const brand: MantineColorsTuple = [
  '#eef0ff',
  '#dcdffb',
  '#b6bdf3',
  '#8e98ec',
  '#6c78e6',
  '#5664e2',
  '#4a59e0',
  '#3b4fd8',
  '#3343b0',
  '#28368f',
];

/** The greys of the dark theme, with the blue of the page in them; the library's own have none and look brown beside it. */
const dark: MantineColorsTuple = [
  '#d9dce6',
  '#bcc1d0',
  '#a0a6b8',
  '#6b7286',
  '#3b4051',
  '#2b2f3c',
  '#1f2330',
  '#1a1d27',
  '#14161e',
  '#0f1118',
];

/** Quiet: one accent, hairlines, small type. Shades are chosen so that text on them can be read. */
export const theme = createTheme({
  colors: { brand, dark },
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '15px' }, h3: { fontSize: '14px' } },
  },
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
  },
});
