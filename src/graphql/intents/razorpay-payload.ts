import { ObjectType } from 'type-graphql';
import { ConfirmIntentPayloadFields } from './payloads';

@ObjectType('ConfirmRazorpayPaymentPayload', {
  description: 'The purchase once the signature was checked.',
  simpleResolvers: true,
})
export class ConfirmRazorpayPaymentPayloadType extends ConfirmIntentPayloadFields {}
