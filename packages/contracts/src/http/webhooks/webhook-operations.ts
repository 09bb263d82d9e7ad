import { paymentProviderNames } from '@oms/domain';
import { z } from 'zod';

import { Api } from '../kit/api.js';
import { defineOperation } from '../kit/define-operation.js';

/** The only operation without a principal: the payment provider signs its requests. */
export const receiveWebhook = defineOperation({
  id: 'receiveWebhook',
  api: Api.Webhooks,
  method: 'POST',
  path: '/webhooks/{provider}',
  tag: 'Webhooks',
  summary: 'Receive what a payment provider says',
  description:
    'To be entered as the webhook at the provider: `payment_intent.*`, `charge.*` and `refund.*` events at Stripe, a standard webhook with an HMAC key, a user name and a password at Adyen, all payment events at PayPal. There is no token; the signature is checked over the bytes as they came. What is signed is not counted against the rate limit. Refusals are, apart from other requests: an address that has used them up is answered 429 before its body is read, whatever it is, and has to send again. Doubled, late and reordered deliveries change nothing twice.',
  params: {
    provider: z.enum(paymentProviderNames).meta({ description: 'The payment provider that calls.' }),
  },
  body: {
    schema: z.looseObject({}),
    description: 'As the provider sends it, up to 256 KB, not compressed.',
  },
  answers: {
    200: {
      description:
        'It is kept, and its order settles it whatever happens to this service. Adyen is told `[accepted]`.',
      schema: z.strictObject({ received: z.int() }),
      example: { received: 1 },
      media: { 'text/plain': { schema: { type: 'string', const: '[accepted]' }, example: '[accepted]' } },
    },
  },
  idempotency: 'none',
  refusals: {
    400: {
      description: 'The provider has not sent this, or not now. Nothing has changed.',
      example: { error: 'the webhook has no Stripe-Signature', code: 'INVALID_REQUEST' },
    },
    404: {
      description: 'This provider’s webhooks are not configured.',
      example: { error: 'there is nothing at this path', code: 'NOT_FOUND' },
    },
    413: {
      description: 'It is larger than 256 KB.',
      example: { error: 'a webhook must not be larger than 256 KB', code: 'TOO_LARGE' },
    },
    503: {
      description:
        'It cannot be checked or taken now, such as while PostgreSQL or Temporal is away: the provider has to send it again, as providers do.',
      example: { error: 'the webhook cannot be taken now; send it again', code: 'UNAVAILABLE' },
    },
  },
});
