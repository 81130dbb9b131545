// Required into a process whose machine has a wrong clock: what it reads of the time is SKEW_MS off, and time goes on as it does.
const skewMs = Number(process.env.SKEW_MS);
const Right = Date;
globalThis.Date = class extends Right {
  constructor(...given) {
    if (given.length === 0) super(Right.now() + skewMs);
    else super(...given);
  }
  static now() {
    return Right.now() + skewMs;
  }
};
