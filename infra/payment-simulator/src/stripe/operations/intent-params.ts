import { z } from 'zod';

import {
  formBoolean,
  formCurrency,
  formEnum,
  formIgnored,
  formInteger,
  formList,
  formMetadata,
  formText,
  formUnsettable,
} from '../form.js';
import type { Attachments, IntentRecord } from '../records.js';

const attachments = {
  customer: formUnsettable.optional(),
  description: formUnsettable.optional(),
  receipt_email: formUnsettable.optional(),
  setup_future_usage: formUnsettable.optional(),
  shipping: z.looseObject({}).optional(),
  statement_descriptor: formUnsettable.optional(),
  statement_descriptor_suffix: formUnsettable.optional(),
  transfer_group: formUnsettable.optional(),
};

/** A payment method is given as a test id, or as a card made of a test token. */
const paymentMethod = {
  payment_method: formText.optional(),
  payment_method_data: z
    .looseObject({ type: formText, card: z.object({ token: formText }).optional() })
    .optional(),
};

const whatIsPaid = {
  amount: formInteger,
  currency: formCurrency,
};

const howItIsPaid = {
  ...paymentMethod,
  capture_method: formEnum(['automatic', 'automatic_async', 'manual']),
  /** In API versions since 2026 under the first name, before under the second. */
  allowed_payment_method_types: formList.optional(),
  payment_method_types: formList.optional(),
  metadata: formMetadata.optional(),
  payment_method_options: formIgnored,
  payment_details: formIgnored,
  amount_details: formIgnored,
  hooks: formIgnored,
  excluded_payment_method_types: formIgnored,
  payment_method_configuration: formIgnored,
  customer_account: formIgnored,
};

const confirming = {
  off_session: formText.optional(),
  error_on_requires_action: formBoolean.optional(),
  return_url: formText.optional(),
  mandate: formIgnored,
  mandate_data: formIgnored,
  radar_options: formIgnored,
  use_stripe_sdk: formIgnored,
};

/** @see https://docs.stripe.com/api/payment_intents/create */
export const createParams = z.strictObject({
  ...whatIsPaid,
  ...howItIsPaid,
  ...attachments,
  ...confirming,
  capture_method: howItIsPaid.capture_method.default('automatic_async'),
  confirmation_method: formEnum(['automatic', 'manual']).default('automatic'),
  confirm: formBoolean.default(false),
  automatic_payment_methods: z
    .strictObject({ enabled: formBoolean, allow_redirects: formEnum(['always', 'never']).optional() })
    .optional(),
});

/** @see https://docs.stripe.com/api/payment_intents/update */
export const updateParams = z.strictObject({
  amount: whatIsPaid.amount.optional(),
  currency: whatIsPaid.currency.optional(),
  ...howItIsPaid,
  ...attachments,
  capture_method: howItIsPaid.capture_method.optional(),
});

/** @see https://docs.stripe.com/api/payment_intents/confirm */
export const confirmParams = z.strictObject({
  ...howItIsPaid,
  ...confirming,
  capture_method: howItIsPaid.capture_method.optional(),
  receipt_email: attachments.receipt_email,
  setup_future_usage: attachments.setup_future_usage,
  shipping: attachments.shipping,
  confirmation_token: z.undefined('Confirmation tokens are not simulated.').optional(),
});

/** @see https://docs.stripe.com/api/payment_intents/capture */
export const captureParams = z.strictObject({
  amount_to_capture: formInteger
    .refine((amount) => amount >= 1, {
      error: 'This value must be greater than or equal to 1.',
      params: { code: 'parameter_invalid_integer' },
    })
    .optional(),
  final_capture: formBoolean.optional(),
  metadata: formMetadata.optional(),
  statement_descriptor: attachments.statement_descriptor,
  statement_descriptor_suffix: attachments.statement_descriptor_suffix,
  amount_details: formIgnored,
  application_fee_amount: formIgnored,
  hooks: formIgnored,
  payment_details: formIgnored,
  transfer_data: formIgnored,
});

/** @see https://docs.stripe.com/api/payment_intents/cancel */
export const cancelParams = z.strictObject({
  cancellation_reason: formEnum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']).optional(),
});

/** The parameters that are kept and mean nothing here, as far as they were given. */
export function attachmentsOf(
  params: Partial<Readonly<Record<keyof Attachments, string | object | null | undefined>>>,
): Partial<Attachments> {
  return Object.fromEntries(
    Object.keys(attachments).flatMap((name) => {
      const value: unknown = Reflect.get(params, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What may be paid with, as far as that was given. */
export function givenMethodTypes(params: {
  readonly allowed_payment_method_types?: readonly string[] | undefined;
  readonly payment_method_types?: readonly string[] | undefined;
}): Partial<Pick<IntentRecord, 'allowed_payment_method_types' | 'payment_method_types'>> {
  const allowed = params.allowed_payment_method_types;
  const types = allowed ?? params.payment_method_types;
  return {
    ...(allowed === undefined ? {} : { allowed_payment_method_types: allowed }),
    ...(types === undefined ? {} : { payment_method_types: types }),
  };
}

/** The id of the payment method that was given, if one was. */
export function givenPaymentMethod(params: {
  readonly payment_method?: string | undefined;
  readonly payment_method_data?: { readonly card?: { readonly token: string } | undefined } | undefined;
}): string | undefined {
  return params.payment_method ?? params.payment_method_data?.card?.token;
}
