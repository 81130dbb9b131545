import { Ctx, FieldResolver, Resolver } from 'type-graphql';
import { listProcesses } from '../../db/processes';
import { VERSION } from '../../kernel/version';
import { checkHealth } from '../../reports/health';
import { checkProviders } from '../../reports/provider-troubles';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { checkIdempotency } from './idempotency';
import { checkLimits } from './limits';
import { HealthType } from './types';

@Resolver(() => AdminType)
export class AdminHealthFields {
  @FieldResolver(() => HealthType, {
    description: 'Whether everything that the gateway stands on works, asked now.',
  })
  async health(@Ctx() context: Context): Promise<HealthType> {
    const { deps } = context;
    const [stand, providers, processes] = await Promise.all([
      checkHealth(deps),
      checkProviders(deps),
      listProcesses(deps.pool),
    ]);
    const checks = [...stand, ...providers, ...checkLimits(context), checkIdempotency(deps)];
    return {
      ok: checks.every(({ ok }) => ok),
      version: VERSION,
      mode: deps.config.mode,
      uptimeSeconds: Math.floor(process.uptime()),
      checks,
      processes,
    };
  }
}
