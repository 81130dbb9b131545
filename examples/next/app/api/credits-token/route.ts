// POST /api/credits-token: the token of whoever is signed in.
import { creditsToken } from '../../../lib/credits';
import { currentUser } from '../../../lib/user';

export async function POST(): Promise<Response> {
  return Response.json({ token: await creditsToken(await currentUser()) });
}
