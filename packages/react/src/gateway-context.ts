// The gateway of the page, for every hook below it.
import { createGateway, type Gateway, type GatewayOptions } from '@credits-gateway/client';
import { createContext, createElement, type ReactNode, useContext, useEffect, useRef, useState } from 'react';

const GatewayContext = createContext<Gateway | null>(null);

export type GatewayProviderProps = { readonly children?: ReactNode } & (
  | { readonly gateway: Gateway }
  | GatewayOptions
);

/**
 * Gives the components below it a gateway: yours, or one made of its address when it first renders. Give it the user's id as its
 * `key`, so that another user begins anew.
 */
export function GatewayProvider({ children, ...options }: GatewayProviderProps): ReactNode {
  // The token is asked for as the last render gave it, not the first.
  const last = useRef(options);
  useEffect(() => {
    last.current = options;
  });
  const [own] = useState(() =>
    'gateway' in options
      ? null
      : createGateway({
          ...options,
          token: () => ('token' in last.current ? last.current : options).token(),
        }),
  );
  const gateway = 'gateway' in options ? options.gateway : own;
  return createElement(GatewayContext.Provider, { value: gateway }, children);
}

/** @throws Error outside of a GatewayProvider */
export function useGateway(): Gateway {
  const gateway = useContext(GatewayContext);
  if (!gateway) throw new Error('Put a <GatewayProvider> around the components that buy credits.');
  return gateway;
}
