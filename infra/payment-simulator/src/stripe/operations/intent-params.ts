import { z } from 'zod';

import {
  formBoolean,
  formCurrency,
  formEnum,
  formIgnored,
  formInteger,
  formMetadata,
  formPositiveInteger,
  formText,
} from '../form.js';

const captureMethod = formEnum(['automatic', 'automatic_async', 'manual']);

/** Parameters that Stripe knows and that change nothing here. */
const ignored = Object.fromEntries(
  [
    ...['allowed_payment_method_types', 'amount_details', 'automatic_payment_methods', 'confirmation_method'],
    ...['customer', 'customer_account', 'description', 'excluded_payment_method_types', 'hooks', 'mandate'],
    ...['mandate_data', 'payment_details', 'payment_method_configuration', 'payment_method_options'],
    ...['payment_method_types', 'radar_options', 'receipt_email', 'setup_future_usage', 'shipping'],
    ...['statement_descriptor', 'statement_descriptor_suffix', 'transfer_group', 'use_stripe_sdk'],
  ].map((name) => [name, formIgnored] as const),
);

/** @see https://docs.stripe.com/api/payment_intents/create */
export const createParams = z.strictObject({
  ...ignored,
  amount: formInteger,
  currency: formCurrency,
  capture_method: captureMethod.default('automatic_async'),
  confirm: formBoolean.default(false),
  metadata: formMetadata,
  payment_method: formText.optional(),
  return_url: formText.optional(),
});

/** @see https://docs.stripe.com/api/payment_intents/confirm */
export const confirmParams = z.strictObject({
  ...ignored,
  capture_method: captureMethod.optional(),
  payment_method: formText.optional(),
  return_url: formText.optional(),
});

/** @see https://docs.stripe.com/api/payment_intents/capture */
export const captureParams = z.strictObject({
  ...ignored,
  amount_to_capture: formPositiveInteger.optional(),
  final_capture: formBoolean.optional(),
});

/** @see https://docs.stripe.com/api/payment_intents/cancel */
export const cancelParams = z.strictObject({
  cancellation_reason: formEnum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']).optional(),
});
