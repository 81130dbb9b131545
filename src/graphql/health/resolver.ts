import { Ctx, FieldResolver, Resolver } from 'type-graphql';
import { listProcesses } from '../../db/processes';
import type { Config } from '../../kernel/config';
import { VERSION } from '../../kernel/version';
import { checkHealth, type HealthCheck } from '../../reports/health';
import { checkProviders } from '../../reports/provider-troubles';
import { workerCheck } from '../../reports/worker';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { checkIdempotency } from './idempotency';
import { checkLimits } from './limits';
import { checkReplica } from './replica';
import { HealthType } from './types';

/** Which users it speaks of, where several deployments divide them. */
const cellOf = ({ cell }: Pick<Config, 'cell'>): HealthCheck[] =>
  cell === '' ? [] : [{ name: 'cell', ok: true, latencyMs: null, detail: cell }];

@Resolver(() => AdminType)
export class AdminHealthFields {
  @FieldResolver(() => HealthType, {
    description: 'Whether everything that the gateway stands on works, asked now.',
  })
  async health(@Ctx() context: Context): Promise<HealthType> {
    const { deps } = context;
    const [stand, providers, processes, replica] = await Promise.all([
      checkHealth(deps),
      checkProviders(deps),
      listProcesses(deps.pool),
      checkReplica(deps),
    ]);
    const checks = [
      ...stand,
      ...replica,
      ...cellOf(deps.config),
      workerCheck(processes),
      ...providers,
      ...checkLimits(context),
      checkIdempotency(deps),
    ];
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
