// The page's first script, and a small one: it asks who operates while the rest is still on its way.
import { beginToAsk } from './who';

beginToAsk();
void import('./main');
