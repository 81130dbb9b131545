// Attack mode: what operators see of it.
import { Ctx, Field, FieldResolver, ID, Int, ObjectType, Resolver } from 'type-graphql';
import {
  ATTACK_SIGNS,
  type Attack,
  type AttackSign,
  findAttack,
  listAttacks,
  listRiskMinutes,
  type RiskMinute,
} from '../../risk/find-attack';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { enumOf } from '../enums';
import { DateTime } from '../scalars';

const AttackSignEnum = enumOf('RiskAttackSign', ATTACK_SIGNS, 'By what an attack was noticed.', {
  declines: 'Payments that were declined.',
  new_cards: 'Declined payments with cards that had never been seen.',
});

@ObjectType('RiskAttack', {
  description: 'A time in which somebody tried stolen cards; rules are stricter while it goes on.',
  simpleResolvers: true,
})
class RiskAttackType {
  @Field(() => ID, { description: 'As in the deliveries risk.attack_started and risk.attack_ended.' })
  id!: string;

  @Field(() => DateTime, { description: 'When it was noticed.' })
  startedAt!: Date;

  @Field(() => DateTime, {
    description: 'When it had been quiet for a while; null: it goes on.',
    nullable: true,
  })
  endedAt!: Date | null;

  @Field(() => AttackSignEnum, { description: 'What was more than usual.' })
  sign!: AttackSign;

  @Field(() => Int, { description: 'How many of them in the five minutes before it was noticed.' })
  seen!: number;

  @Field(() => Int, { description: 'The most of them in five minutes that would have been usual.' })
  usualMost!: number;
}

@ObjectType('RiskMinute', {
  description: 'What payments and stopped purchases came to in one minute, of all users.',
  simpleResolvers: true,
})
class RiskMinuteType {
  @Field(() => DateTime, { description: 'Its beginning.' })
  minute!: Date;

  @Field(() => Int, { description: 'Payments that succeeded or were declined.' })
  tries!: number;

  @Field(() => Int, { description: 'Payments that were declined.' })
  declines!: number;

  @Field(() => Int, { description: 'Of those, the ones with a card that had not been seen for a week.' })
  newCards!: number;

  @Field(() => Int, { description: 'Purchases that the rules did not take.' })
  stopped!: number;
}

@Resolver(() => AdminType)
export class AdminAttackFields {
  @FieldResolver(() => RiskAttackType, {
    description: 'The attack that goes on, or the last one; null: there was none.',
    nullable: true,
  })
  riskAttack(@Ctx() { deps }: Context): Promise<Attack | null> {
    return findAttack(deps);
  }

  @FieldResolver(() => [RiskAttackType], { description: 'The newest attacks, newest first, at most 50.' })
  riskAttacks(@Ctx() { deps }: Context): Promise<Attack[]> {
    return listAttacks(deps);
  }

  @FieldResolver(() => [RiskMinuteType], {
    description:
      'What an attack is noticed by: the last 24 hours minute by minute, oldest first, without the minutes in which nothing was tried. Up to ten seconds behind.',
  })
  riskMinutes(@Ctx() { deps }: Context): Promise<RiskMinute[]> {
    return listRiskMinutes(deps);
  }
}
