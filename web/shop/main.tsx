import { useEffect, useState } from 'react';
import { developmentToken } from '../shared/dev-token';
import { mount } from '../shared/mount';
import { Shop } from './shop';
import { SignIn } from './sign-in';
import './shop.css';

const SHOPPERS = ['user_1', 'user_2', 'user_3'] as const;
const KEPT = 'credits-gateway:shop-token';

/** Who is shopping: anybody in mock mode, the holder of a pasted token elsewhere. */
function Page() {
  const [userId, setUserId] = useState<string>(
    sessionStorage.getItem('credits-gateway:shopper') ?? SHOPPERS[0],
  );
  const [token, setToken] = useState<string | null | undefined>(sessionStorage.getItem(KEPT) ?? undefined);
  const [isPasted, setIsPasted] = useState(token !== undefined);
  const [failed, setFailed] = useState<string | null>(null);
  useEffect(() => {
    if (isPasted) return;
    let current = true;
    developmentToken({ userId, role: 'user' })
      .then((issued) => current && setToken(issued))
      .catch((error: Error) => current && setFailed(error.message));
    return () => {
      current = false;
    };
  }, [userId, isPasted]);

  if (failed)
    return (
      <p className="alone" role="alert">
        The gateway cannot be reached: {failed}
      </p>
    );
  if (token === undefined)
    return (
      <p className="alone" role="status">
        Signing in…
      </p>
    );
  if (token === null)
    return (
      <SignIn
        done={(pasted) => {
          sessionStorage.setItem(KEPT, pasted);
          setIsPasted(true);
          setToken(pasted);
        }}
      />
    );
  const shoppers = isPasted ? [] : SHOPPERS;
  const change = (next: string) => {
    sessionStorage.setItem('credits-gateway:shopper', next);
    localStorage.removeItem('credits-gateway:purchase');
    setToken(undefined);
    setUserId(next);
  };
  return <Shop key={token} token={token} userId={userId} shoppers={shoppers} change={change} />;
}

mount(<Page />);
