import { readRetryAfter, type Redact, type TransportError } from '@oms/outbound';

const longestHintMs = 60 * 60 * 1_000;

/** A wait that a provider asks for. A hint of more than an hour is ignored. */
export function retryAfterHint(header: unknown): { retryAfterMs?: number } {
  return readRetryAfter(typeof header === 'string' ? header : undefined, Date.now(), longestHintMs);
}

/** A call without an answer: it certainly changed nothing if it never left, and may have changed something otherwise. */
export function readTransportFailure(
  providerName: string,
  { message, delivery }: TransportError,
  redact: Redact,
): { readonly kind: 'transient' | 'unknown'; readonly message: string } {
  return delivery === 'not_sent'
    ? { kind: 'transient', message: `${providerName} cannot be reached: ${redact(message)}` }
    : { kind: 'unknown', message: `The connection to ${providerName} failed: ${redact(message)}` };
}
