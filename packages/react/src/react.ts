// The credits gateway in React: what is on sale, the balance, and a purchase.
export { GatewayProvider, type GatewayProviderProps, useGateway } from './gateway-context.ts';
export { PaymentSheet, type PaymentSheetProps } from './payment-sheet.ts';
export { type BalanceOptions, type LiveBalance, useBalance } from './use-balance.ts';
export { type Packages, type PackagesOptions, usePackages } from './use-packages.ts';
export { type Purchase, usePurchase } from './use-purchase.ts';
