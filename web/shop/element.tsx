import { useEffect, useRef } from 'react';
import { solveCaptcha } from './solve-captcha';

/** The drop-in itself, as any page would use it. */
export function Element({ token }: { readonly token: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = document.createElement('buy-credits');
    Object.assign(element, { tokenProvider: () => token, solveCaptcha });
    place.current?.replaceChildren(element);
    // The tag begins once the browser knows it; what stands on it until then is kept.
    void import('@credits-gateway/element');
    return () => element.remove();
  }, [token]);
  return (
    <>
      <h1>Buy credits</h1>
      <div ref={place} className="host" />
    </>
  );
}
