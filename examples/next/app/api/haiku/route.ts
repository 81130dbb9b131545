// POST /api/haiku {id}: what is paid for. The page makes an id for each click: the same request again is paid once.
import { isGatewayError } from '@credits-gateway/server';
import { gateway } from '../../../lib/credits';
import { haikuOf } from '../../../lib/haiku';
import { currentUser } from '../../../lib/user';

const HAIKU_CREDITS = 3;

export async function POST(request: Request): Promise<Response> {
  const { id } = (await request.json().catch(() => ({}))) as { id?: unknown };
  if (typeof id !== 'string' || !/^[\w-]{8,64}$/.test(id))
    return Response.json({ message: 'A haiku needs an id.' }, { status: 400 });
  try {
    await gateway().spend({
      userId: await currentUser(),
      credits: HAIKU_CREDITS,
      reason: 'haiku',
      reference: id,
      idempotencyKey: `haiku-${id}`,
    });
    return Response.json({ lines: haikuOf(id) });
  } catch (error) {
    if (isGatewayError(error, 'INSUFFICIENT_CREDITS'))
      return Response.json(
        { message: `A haiku costs ${HAIKU_CREDITS} credits, and you have fewer. Buy some, then try again.` },
        { status: 402 },
      );
    console.error(error);
    return Response.json({ message: 'That did not work yet. Try again: it is paid once.' }, { status: 503 });
  }
}
