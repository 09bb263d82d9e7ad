import type { ErpFault } from '../erp-connector.js';
import type { TransportError } from './guarded-exchange.js';

/** What a request without an answer means. */
export function readTransportError(error: TransportError, redact: (text: string) => string): ErpFault {
  const detail = redact(error.message);
  switch (error.delivery) {
    case 'forbidden':
      return { kind: 'transient', message: detail, needsOperator: true };
    case 'not_sent':
      return { kind: 'transient', message: `The ERP cannot be reached: ${detail}` };
    case 'possibly_sent':
      return { kind: 'unknown', message: `The connection to the ERP failed: ${detail}` };
  }
}
