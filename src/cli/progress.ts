// How far long work is: one line that changes on a terminal, one line every few seconds elsewhere.

const LINE_EVERY_MS = 5_000;
const DRAW_EVERY_MS = 100;
const WIDTH = 30;

export interface Bar {
  step(): void;
  end(): void;
}

export function createBar(what: string, total: number, out: NodeJS.WriteStream = process.stderr): Bar {
  const startedMs = performance.now();
  let done = 0;
  let shownMs = 0;
  const show = () => {
    shownMs = performance.now();
    const seconds = (shownMs - startedMs) / 1000;
    const rate = done / Math.max(seconds, 0.001);
    const left = Math.ceil((total - done) / Math.max(rate, 0.001));
    const filled = Math.round((WIDTH * done) / total);
    const text = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done}/${total} ${what}, ${Math.round(rate)}/s, ${left} s left`;
    out.write(out.isTTY ? `\r${text}\x1b[K` : `${text}\n`);
  };
  return {
    step: () => {
      done += 1;
      if (performance.now() - shownMs > (out.isTTY ? DRAW_EVERY_MS : LINE_EVERY_MS)) show();
    },
    end: () => {
      show();
      if (out.isTTY) out.write('\n');
    },
  };
}
