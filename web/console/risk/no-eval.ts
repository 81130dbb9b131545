// Zod writes itself a faster program where it may. A page of this gateway may not, and the browser would report the attempt.
import { z } from 'zod';

z.config({ jitless: true });
