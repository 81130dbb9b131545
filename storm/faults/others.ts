// What happens to Redis, to the providers and their webhook events, and between clients and the gateways.
import { Redis } from 'ioredis';
import type { TcpProxy } from '../proxy';
import type { Stage } from '../stage';
import { ODD_ANSWERS, type OddAnswer } from '../wire';
import { type Fault, lasting } from './fault';

/** What is left of the odd answers between faults, so that none goes without a neighbour. */
export const USUAL_ODD_SHARE = 0.02;

const asked = async ({ redisPort }: Stage, ...command: [string, ...string[]]): Promise<void> => {
  const redis = new Redis(redisPort, '127.0.0.1', { lazyConnect: true, maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  await redis.connect();
  await redis.call(...command).finally(() => redis.disconnect());
};

export const REDIS_FAULTS: readonly Fault[] = [
  {
    name: 'Redis killed, and comes back empty',
    run: async ({ redis }, random) => {
      await redis.end('SIGKILL');
      await lasting(random, 200, 3_000);
      await redis.start();
    },
  },
  { name: 'Redis emptied', run: (stage) => asked(stage, 'FLUSHALL') },
  {
    name: 'Redis frozen',
    run: async ({ redis }, random) => {
      redis.signal('SIGSTOP');
      await lasting(random, 500, 3_000);
      redis.signal('SIGCONT');
    },
  },
  {
    name: 'Redis pauses',
    run: async (stage, random) => {
      const ms = random.whole(300, 2_000);
      await asked(stage, 'CLIENT', 'PAUSE', String(ms), 'ALL');
      await lasting(random, ms, ms);
    },
  },
  {
    name: 'Redis slow',
    run: async ({ nodes }, random) => {
      for (const { redis } of nodes) redis.weather = 'slow';
      await lasting(random, 1_000, 3_000);
      for (const { redis } of nodes) redis.clear();
    },
  },
  {
    name: 'Redis in a black hole',
    run: async ({ nodes }, random) => {
      const { redis } = random.pick(nodes);
      redis.weather = 'silent';
      await lasting(random, 1_000, 4_000);
      redis.clear();
    },
  },
  {
    name: 'Redis connections forgotten by the network',
    run: async ({ nodes }, random) => {
      for (const { redis } of nodes) redis.forget();
      await lasting(random, 500, 2_000);
    },
  },
];

const odd = (name: string, oddAnswers: readonly OddAnswer[], share: number): Fault => ({
  name,
  run: async ({ providers }, random) => {
    providers.oddAnswers = oddAnswers;
    providers.oddShare = share;
    await lasting(random, 800, 3_000);
    providers.oddShare = USUAL_ODD_SHARE;
    providers.oddAnswers = ODD_ANSWERS;
  },
});

export const PROVIDER_FAULTS: readonly Fault[] = [
  odd('providers answer oddly', ODD_ANSWERS, 0.6),
  odd('providers fail, before or after', ['500', '500_after'], 0.8),
  odd('providers hang', ['hang', 'hang_after'], 0.7),
  odd('providers cut their answers', ['cut', 'cut_after', 'half_after'], 0.8),
  odd('providers say that it is too much', ['limited', 'conflict'], 0.8),
  odd('providers slow', ['slow'], 1),
];

export const WEBHOOK_FAULTS: readonly Fault[] = [
  {
    name: 'webhook events doubled, late and out of order',
    run: async ({ webhooks }, random) => {
      webhooks.copies = () => random.whole(1, 3);
      webhooks.lateMs = () => random.whole(0, 1_500);
      await lasting(random, 1_000, 3_000);
      webhooks.copies = () => 1;
      webhooks.lateMs = () => 0;
    },
  },
  {
    name: 'webhook events lost, or their answers',
    run: async ({ webhooks }, random) => {
      webhooks.oddAnswers = ['500', '500_after', 'cut', 'cut_after'];
      webhooks.oddShare = 0.7;
      await lasting(random, 800, 2_500);
      webhooks.oddShare = 0;
    },
  },
];

const before = (name: string, run: (door: TcpProxy) => void, fromMs: number, toMs: number): Fault => ({
  name,
  run: async ({ doors }, random) => {
    const door = random.pick(doors);
    run(door);
    await lasting(random, fromMs, toMs);
    door.clear();
  },
});

export const CLIENT_FAULTS: readonly Fault[] = [
  before(
    'clients cut off',
    (door) => {
      door.weather = 'refuse';
      door.cut();
    },
    200,
    2_000,
  ),
  before(
    'clients in a black hole',
    (door) => {
      door.weather = 'silent';
    },
    800,
    3_000,
  ),
  before(
    'clients do not hear their answers',
    (door) => {
      door.weather = 'deaf';
    },
    300,
    1_500,
  ),
  before(
    'clients slow',
    (door) => {
      door.weather = 'slow';
    },
    800,
    2_500,
  ),
  {
    name: 'sockets forgotten by the network',
    run: async ({ doors }, random) => {
      for (const door of doors) door.forget();
      await lasting(random, 500, 1_500);
      for (const door of doors) door.clear();
    },
  },
];
