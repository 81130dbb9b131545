import { Field, ID, ObjectType } from 'type-graphql';
import type { Role } from '../../callers/caller';
import { RoleEnum } from '../enums';

@ObjectType('Viewer', { description: 'Who is asking, as the token says.', simpleResolvers: true })
export class ViewerType {
  @Field(() => ID, {
    description: "The user's own id: the token's `sub`.",
    deprecationReason:
      'Use `userId`: the same text. A cache that keeps things by id alone takes a user for whatever has that id.',
  })
  id!: string;

  @Field(() => RoleEnum, { description: 'What the token allows.' })
  role!: Role;
}
