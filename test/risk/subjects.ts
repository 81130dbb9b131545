import { randomUUID } from 'node:crypto';

/** A user, device or card that nobody has seen before. */
export const freshSubject = (): string => `s_${randomUUID()}`;
