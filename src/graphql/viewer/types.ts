import { Field, ID, ObjectType } from 'type-graphql';
import type { Role } from '../../callers/caller';
import { RoleEnum } from '../enums';

@ObjectType('Viewer', { simpleResolvers: true })
export class ViewerType {
  @Field(() => ID)
  id!: string;

  @Field(() => RoleEnum)
  role!: Role;
}
