import { userInfo } from 'node:os';
import type { Caller } from '../callers/caller';

/** Who works at a terminal of this machine: as the audit trail names what is done by a command. */
export const commandLine = (): Caller => ({ id: `cli:${userInfo().username}`, role: 'admin' });
