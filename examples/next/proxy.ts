// Your own sign-in goes here: this one believes whoever comes, and gives each browser a user of its own.
import { type NextRequest, NextResponse } from 'next/server';

export function proxy(request: NextRequest): NextResponse {
  if (request.cookies.has('user')) return NextResponse.next();
  const userId = `user_${crypto.randomUUID()}`;
  // For what answers this request, and for the browser.
  request.cookies.set('user', userId);
  const response = NextResponse.next({ request });
  response.cookies.set('user', userId, { httpOnly: true, sameSite: 'lax' });
  return response;
}

// Deliveries come from the gateway, which is no user.
export const config = { matcher: ['/', '/api/:path*'] };
