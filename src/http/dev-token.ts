// POST /dev/token {"userId","role"} → {"token"}: mock mode only, so that anyone can try every role in one step. Not where
// tokens are signed by somebody else's keys.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ROLES } from '../callers/caller';
import { issueDevelopmentToken } from '../callers/token';
import type { Config } from '../kernel/config';
import { isStorable } from '../kernel/text';

const body = z.object({
  userId: z.string().min(1).max(255).refine(isStorable, 'no NUL and no half of a surrogate pair'),
  role: z.enum(ROLES).default('user'),
});

export function addDevelopmentToken(server: FastifyInstance, config: Config): void {
  if (config.mode !== 'mock' || config.auth.jwksUrl) return;
  server.post('/dev/token', async (request, reply) => {
    const parsed = body.safeParse(request.body);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const message = `${issue?.path.join('.') || 'body'}: ${issue?.message}`;
      return reply.code(400).send({ error: 'INVALID_INPUT', message });
    }
    const { userId, role } = parsed.data;
    return { token: await issueDevelopmentToken(config.auth, { id: userId, role }) };
  });
}
