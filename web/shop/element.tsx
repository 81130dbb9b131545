import { BuyCredits } from '@credits-gateway/element';
import { useEffect, useRef } from 'react';

/** The drop-in itself, as any page would use it. */
export function Element({ token }: { readonly token: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = new BuyCredits();
    element.tokenProvider = () => token;
    place.current?.replaceChildren(element);
    return () => element.remove();
  }, [token]);
  return (
    <>
      <h1>Buy credits</h1>
      <div ref={place} className="host" />
    </>
  );
}
