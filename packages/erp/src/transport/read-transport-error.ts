import type { Redact, TransportError } from '@oms/outbound';

import type { ErpFault } from '../erp-connector.js';

/** The outcome of a request without an answer. */
export function readTransportError(error: TransportError, redact: Redact): ErpFault {
  const detail = redact(error.message);
  if (error.isForbidden) return { kind: 'transient', message: detail, needsOperator: true };
  return error.delivery === 'not_sent'
    ? { kind: 'transient', message: `The ERP cannot be reached: ${detail}` }
    : { kind: 'unknown', message: `The connection to the ERP failed: ${detail}` };
}
