import { RequestFaultKind, WebhookFaultKind } from '../faults/fault.js';

/** The answer to `GET /control`: a summary of the control API. */
export function describeControl(
  operations: readonly string[],
  ofProviders: Readonly<Record<string, string>>,
): object {
  return {
    about: 'Control of the payment simulator. Bodies are JSON. Errors are {"error": "…"}.',
    operations,
    fault_kinds: Object.values(RequestFaultKind),
    webhook_fault_kinds: Object.values(WebhookFaultKind),
    endpoints: {
      'POST /control/faults':
        '{operation, kind, times?, probability?, seed?, match?: {paymentIntent}, status?, stored?, declineCode?, ' +
        'delayMs?, code?, retryAfterSeconds?, copies?} → the fault with its id',
      'GET /control/faults': '{faults: [… with fired and remaining], held: number of requests that wait}',
      'GET /control/faults/:id': 'one fault',
      'DELETE /control/faults/:id': 'deletes one, and releases the requests that it holds',
      'DELETE /control/faults': 'deletes all, and releases all held requests',
      'POST /control/release': '{faultId?, paymentIntent?} → {released}: lets held requests continue',
      'POST /control/payment-intents':
        "{count?, amount, currency?, status?, reference?, heldForSeconds?} → {ids}: a checkout's payment intents",
      'POST /control/payment-intents/:id/complete':
        '{outcome: succeeded | failed, declineCode?}: ends requires_action and processing',
      'POST /control/payment-intents/:id/dispute':
        '{id?, amount?, reason?, isInquiry?} → {id, status}: the customer disputes a captured payment',
      'POST /control/disputes/:id/close': '{outcome: won | lost, givenBack?} → {id, status}',
      'POST /control/refunds/:id/complete': '{outcome: succeeded | failed, failureReason?}',
      'GET /control/ledger': '?payment_intent=&after=&limit= → {entries, has_more, totals by currency}',
      'GET /control/requests': '?operation=&payment_intent=&idempotency_key=&limit= → {requests}',
      'GET /control/clock': '{now, unix}',
      'POST /control/clock/advance': '{seconds} → {now, unix}',
      'GET /control/webhooks': '{endpoint, pending, deliveries}',
      'PUT /control/webhooks': '{url, secret}: sends events there from now on',
      'DELETE /control/webhooks': 'sends no more events',
      'POST /control/webhooks/flush': 'sends all waiting events at once',
      ...ofProviders,
    },
  };
}
