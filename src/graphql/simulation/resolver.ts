import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { balanceOf } from '../../credits/balance';
import { simulatePayment } from '../../intents/simulate';
import { webhookEventsByProviderIds } from '../../webhooks/find';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answer } from '../errors';
import { SimulatePaymentInputType, SimulatePaymentPayloadType } from './types';

@Resolver()
export class SimulationResolver {
  @Mutation(() => SimulatePaymentPayloadType, {
    description:
      'Mock mode only, else MOCK_ONLY. Plays an outcome through the real webhook path and answers when it has been settled, unless the outcome is one that comes later.',
  })
  simulatePayment(
    @Ctx() context: Context,
    @Arg('input', () => SimulatePaymentInputType) input: SimulatePaymentInputType,
  ) {
    const { deps } = context;
    const play = async () => {
      const played = { ...input, delayMs: input.delayMs ?? 0 };
      const { intent, providerEventIds } = await simulatePayment(deps, callerOf(context), played);
      return {
        intent,
        balance: () => balanceOf(deps, intent.userId),
        webhookEvents: () => webhookEventsByProviderIds(deps, intent.provider, providerEventIds),
      };
    };
    return answer(context, play, { webhookEvents: [] });
  }
}
