import { cookies } from 'next/headers';

/** Who is signed in: proxy.ts has given everybody a cookie. */
export async function currentUser(): Promise<string> {
  const userId = (await cookies()).get('user')?.value;
  if (!userId || !/^user_[0-9a-f-]{36}$/.test(userId)) throw new Error('Nobody is signed in.');
  return userId;
}
