import type { FunctionComponent } from 'react';

/** One of the tools beside the editors; the page shows at most one. */
export interface Panel {
  readonly title: string;
  /** A path in a square of 24. */
  readonly icon: string;
  readonly Content: FunctionComponent;
}
