import type { KeyboardEvent, PointerEvent } from 'react';
import { SHARE_MAX, SHARE_MIN, settings } from './settings';

// As far as one sees that something moved.
const STEP = 5;

/** The line between document and answer: drawn with the pointer, moved with the arrow keys. */
export function Splitter() {
  const { share } = settings.use();
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (box) settings.change({ share: ((event.clientX - box.left) / box.width) * 100 });
  };
  const step = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (by) settings.change({ share: share + by });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a line that is moved is no hr.
    <div
      className="splitter"
      role="separator"
      aria-label="Width of the document"
      aria-orientation="vertical"
      aria-valuenow={Math.round(share)}
      aria-valuemin={SHARE_MIN}
      aria-valuemax={SHARE_MAX}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={step}
    />
  );
}
