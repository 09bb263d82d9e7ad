import { findPaymentMethod, type TestPaymentMethod } from './payment-methods.js';
import type { ChargeRecord, DisputeRecord, EventRecord, IntentRecord, RefundRecord } from './records.js';

/** The version of Stripe's API whose objects are rendered. @see https://docs.stripe.com/api/versioning */
export const apiVersion = '2026-10-28.endive';

/**
 * @param charge the latest charge, to be rendered instead of its id
 * @see https://docs.stripe.com/api/payment_intents/object
 */
export function renderIntent(record: IntentRecord, charge?: ChargeRecord): object {
  const { id, return_url: returnUrl, ...fields } = record;
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount_details: { tip: {} },
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    confirmation_method: 'automatic',
    customer: null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    ...fields,
    latest_charge: charge ? renderCharge(charge) : record.latest_charge,
    livemode: false,
    managed_payments: null,
    next_action: nextAction(record, returnUrl),
    on_behalf_of: null,
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    transfer_data: null,
    transfer_group: null,
  };
}

function nextAction(
  { id, status, client_secret: secret }: IntentRecord,
  returnUrl: string | null,
): object | null {
  if (status !== 'requires_action') return null;
  const url = `https://hooks.stripe.com/3d_secure_2/hosted?payment_intent=${id}&payment_intent_client_secret=${secret}`;
  return returnUrl === null
    ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
    : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } };
}

/** @see https://docs.stripe.com/api/charges/object */
export function renderCharge(record: ChargeRecord): object {
  const { id, capture_before: captureBefore, decline_code: declineCode, ...fields } = record;
  const method = findPaymentMethod(record.payment_method);
  return {
    id,
    object: 'charge',
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: 'SIMULATOR',
    customer: null,
    description: null,
    disputed: false,
    failure_balance_transaction: null,
    fraud_details: {},
    livemode: false,
    on_behalf_of: null,
    outcome: outcomeOf(record.status, declineCode),
    ...fields,
    paid: record.status !== 'failed',
    payment_method_details: method ? methodDetails(method, captureBefore) : null,
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: record.amount_refunded === record.amount,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    transfer_data: null,
    transfer_group: null,
  };
}

function outcomeOf(status: ChargeRecord['status'], declineCode: string | null): object {
  return status === 'failed'
    ? {
        network_status: 'declined_by_network',
        reason: declineCode,
        risk_level: 'normal',
        seller_message: 'The bank did not return any further details with this decline.',
        type: 'issuer_declined',
      }
    : {
        network_status: 'approved_by_network',
        reason: null,
        risk_level: 'normal',
        seller_message: 'Payment complete.',
        type: 'authorized',
      };
}

/** @see https://docs.stripe.com/api/refunds/object */
export function renderRefund(record: RefundRecord): object {
  const { id, failure_reason: failureReason, ...fields } = record;
  return {
    id,
    object: 'refund',
    balance_transaction: null,
    customer: null,
    customer_account: null,
    destination_details: { card: { reference_status: 'pending', type: 'refund' }, type: 'card' },
    ...(failureReason === null ? {} : { failure_reason: failureReason }),
    ...fields,
    payment_method: null,
    receipt_number: null,
    source_transfer_reversal: null,
    transfer_reversal: null,
  };
}

/** @see https://docs.stripe.com/api/disputes/object */
export function renderDispute(record: DisputeRecord): object {
  const { id, ...fields } = record;
  return {
    id,
    object: 'dispute',
    enhanced_eligibility_types: [],
    is_charge_refundable: record.status.startsWith('warning'),
    livemode: false,
    metadata: {},
    ...fields,
  };
}

/** @see https://docs.stripe.com/api/events/object */
export function renderEvent(record: EventRecord): object {
  const { object, payment_intent: _, ...fields } = record;
  return {
    object: 'event',
    api_version: apiVersion,
    livemode: false,
    pending_webhooks: 1,
    ...fields,
    data: { object },
  };
}

/** @see https://docs.stripe.com/api/payment_methods/object */
export function renderPaymentMethod(id: string): object | undefined {
  const method = findPaymentMethod(id);
  return (
    method && {
      id,
      object: 'payment_method',
      billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
      created: 0,
      customer: null,
      livemode: false,
      metadata: {},
      type: method.type,
      ...methodDetails(method, null),
    }
  );
}

function methodDetails(method: TestPaymentMethod, captureBefore: number | null): object {
  if (method.type === 'us_bank_account') {
    const { last4, brand } = method;
    return { type: method.type, us_bank_account: { bank_name: brand, last4, account_type: 'checking' } };
  }
  const { brand, last4, funding } = method;
  return {
    type: 'card',
    card: {
      brand,
      ...(captureBefore === null ? {} : { capture_before: captureBefore }),
      country: 'US',
      exp_month: 12,
      exp_year: 2034,
      funding,
      last4,
      network: brand,
      three_d_secure: null,
      wallet: null,
    },
  };
}
