import { limits, StatementOutcome, statementOutcomes, type OrderCommandOf } from '@oms/domain';
import { z } from 'zod';

import { amount, amountMinor } from '../kit/amount-schema.js';
import { exactlyWith } from '../kit/fields-together.js';
import { given } from '../kit/given.js';
import { requiredField } from '../kit/parse-request.js';
import { identifier, text } from '../kit/text-schema.js';
import { namedBodies } from '../kit/named-schemas.js';

// The bodies of operators' actions. The token identifies the operator.

/** An address that a page may show as a link. */
const webAddressPattern = /^https?:\/\/[^\s/?#]+\S*$/;

/** The outcomes that need an amount. */
const outcomesOfMoney: readonly StatementOutcome[] = [StatementOutcome.Captured, StatementOutcome.Refunded];

const reason = text({ minLength: 1, maxLength: limits.reason, isNotBlank: true }).meta({
  description: 'Why, for the order’s history and the audit log.',
});

/** The body of an action that needs only a reason. */
export const operationBody = z
  .strictObject({ reason })
  .meta({ description: 'An operator’s request.' })
  .register(namedBodies, { id: 'Operation' });

/** The body of `POST …/operations/resolve-payment`. */
export const resolvePaymentBody = z
  .strictObject({
    outcome: z.enum(statementOutcomes).meta({
      description:
        'What the provider’s dashboard shows. `captured` and `not_captured` while the order is being paid for; `refunded` and `not_refunded` of a refund that was asked for; any of these while an order is being cancelled. `settled_elsewhere` of an order with the flag `capture_failed`: its money came another way, by what the evidence shows, and it can be shipped. `captured` of one with the flag `recapture_reported`: the dashboard shows the second capture.',
    }),
    amount: amount.nullish().meta({ description: 'How much was captured or refunded; only with these two.' }),
    provider_object_id: identifier({ minLength: 1, maxLength: limits.name })
      .nullish()
      .meta({ description: 'The provider’s own id of the capture or the refund; only with these two.' }),
    evidence: text({ minLength: 1, maxLength: limits.evidence, multiline: true, isNotBlank: true }).meta({
      description: 'What was seen, where and when.',
    }),
    evidence_url: text({ minLength: 1, maxLength: limits.evidence })
      .refine((url) => webAddressPattern.test(url), { error: 'must be an http(s) URL' })
      .meta({ format: 'uri', pattern: webAddressPattern.source })
      .nullish()
      .meta({ description: 'Where it can be seen again.' }),
    reason,
  })
  .superRefine((body, context) => {
    const isOfMoney = outcomesOfMoney.includes(body.outcome);
    for (const field of ['amount', 'provider_object_id'] as const) {
      const isGiven = (body[field] ?? undefined) !== undefined;
      if (isGiven === isOfMoney) continue;
      const message = isOfMoney ? `is required with ${body.outcome}` : 'goes only with captured or refunded';
      context.addIssue({
        ...{ code: 'custom', path: [field], message },
        ...(isOfMoney ? { params: requiredField } : {}),
      });
    }
  })
  .meta({
    description:
      'What became of a payment whose outcome the provider does not tell, or of which it took back the capture.',
    ...exactlyWith('outcome', outcomesOfMoney, ['amount', 'provider_object_id']),
  })
  .register(namedBodies, { id: 'ResolvePayment' });

/**
 * Converts the body of `POST …/operations/resolve-payment` to the operator's statement.
 *
 * @param by the operator, from the token
 * @param exponent the number of decimals that the order's currency has
 * @throws RefusedError for an amount with more decimals
 */
export function toResolvePayment(
  body: z.output<typeof resolvePaymentBody>,
  by: string,
  exponent: number,
): Omit<OrderCommandOf<'resolve_payment'>, 'type'> {
  const { amount: stated } = given({ amount: body.amount });
  return {
    ...{ by, reason: body.reason, outcome: body.outcome, evidence: body.evidence },
    ...given({
      amountMinor: stated === undefined ? undefined : amountMinor(stated, exponent, 'amount'),
      providerObjectId: body.provider_object_id,
      evidenceUrl: body.evidence_url,
    }),
  };
}
