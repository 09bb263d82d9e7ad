import { paymentProviderNames } from '@oms/domain';

import { errorResponses, jsonResponse } from './open-api-responses.js';
import type { OpenApiObject } from './open-api-schemas.js';

const refusal = (description: string, error: string): OpenApiObject =>
  jsonResponse({ description, schema: 'Error', example: { error } });

/** What payment providers call. Nobody else can: they sign what they send. */
export const webhookPaths: Readonly<Record<string, OpenApiObject>> = {
  '/webhooks/{provider}': {
    parameters: [
      {
        name: 'provider',
        in: 'path',
        required: true,
        description: 'The payment provider that calls.',
        schema: { type: 'string', enum: paymentProviderNames },
      },
    ],
    post: {
      operationId: 'receiveWebhook',
      tags: ['Webhooks'],
      summary: 'Receive what a payment provider says',
      description:
        'To be entered as the webhook at the provider: `payment_intent.*`, `charge.*` and `refund.*` events at Stripe, a standard webhook with an HMAC key, a user name and a password at Adyen, all payment events at PayPal. There is no token; the signature is checked over the bytes as they came. What is signed is not counted against the rate limit. Refusals are, apart from other requests: an address that has used them up is answered 429 before its body is read, whatever it is, and has to send again. Doubled, late and reordered deliveries change nothing twice.',
      security: [],
      requestBody: {
        required: true,
        description: 'As the provider sends it, up to 256 KB, not compressed.',
        content: { 'application/json': { schema: { type: 'object' } } },
      },
      responses: {
        '200': {
          description:
            'It is kept, and is dealt with whatever happens to this service. Adyen is told `[accepted]`.',
          content: {
            'application/json': {
              schema: { type: 'object', properties: { received: { type: 'integer' } } },
              example: { received: 1 },
            },
            'text/plain': { schema: { type: 'string', const: '[accepted]' }, example: '[accepted]' },
          },
        },
        '400': refusal(
          'The provider has not sent this, or not now. Nothing has changed.',
          'the webhook has no Stripe-Signature',
        ),
        '404': refusal('This provider’s webhooks are not configured.', 'there is nothing at this path'),
        '413': refusal('It is larger than 256 KB.', 'a webhook must not be larger than 256 KB'),
        ...errorResponses(429),
        '503': refusal(
          'It cannot be checked or taken now: the provider has to send it again, as providers do.',
          'the webhook cannot be taken now; send it again',
        ),
      },
    },
  },
};
