// The gateway from a browser or from Node, for one signed-in user: its operations, and a purchase as a state machine.
export { createCheckout } from './checkout.ts';
export type * from './checkout-types.ts';
export { GatewayError, isGatewayError } from './failure.ts';
export { createGateway } from './gateway.ts';
export type * from './types.ts';
