import { farmersPurchases, friendlyPurchases, refundAbusersPurchases } from './abusers';
import { honestPurchases } from './honest';
import { isAttack, type Purchase } from './purchase';
import { randomOf } from './random';
import { testersPurchases } from './testers';
import { worldOf } from './world';

/** Two weeks of a shop: honest purchases and every attack among them, oldest first. The same seed tells the same story. */
export function storyOf(seed: number): readonly Purchase[] {
  const world = worldOf(randomOf(seed));
  return [honestPurchases, testersPurchases, farmersPurchases, refundAbusersPurchases, friendlyPurchases]
    .flatMap((purchases) => purchases(world))
    .sort((one, other) => one.at - other.at);
}

// Of honest users one in so many, with all that he buys.
const ONE_IN = 12;
// Of the devices of testers this part.
const DEVICES = 0.125;

/** An eighth of a story: a part of the honest users and of the testers, and everybody who farms accounts or takes money back. */
export function shortened(story: readonly Purchase[]): readonly Purchase[] {
  const devicesOf = (kind: Purchase['kind']) => {
    const seen = new Set(story.flatMap(({ kind: of, payer }) => (of === kind ? [payer.device] : [])));
    return [...seen].slice(0, Math.ceil(seen.size * DEVICES));
  };
  const testers = new Set([...devicesOf('testing in bursts'), ...devicesOf('testing slowly')]);
  return story.filter(({ kind, payer }) => {
    if (!isAttack(kind)) return Number(payer.userId.replace(/\D/g, '')) % ONE_IN === 0;
    return !/^testing|^cashing/.test(kind) || testers.has(payer.device);
  });
}
