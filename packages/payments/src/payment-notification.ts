import type { PaymentNotification, PaymentProviderName } from '@oms/domain';

export { PaymentNotificationKind, type PaymentNotification } from '@oms/domain';

/** A webhook's request, as it came: signatures are over the bytes. */
export interface WebhookRequest {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** The verdict about a webhook's request. */
export type WebhookOutcome =
  /** Signed by the provider. Empty where it concerns nothing in this system. */
  | { readonly kind: 'verified'; readonly notifications: readonly PaymentNotification[] }
  /** Not signed by the provider, or too old: to be answered 400, and changes nothing. */
  | { readonly kind: 'refused'; readonly message: string }
  /**
   * It cannot be read now, since a provider that has to be asked does not answer: answer 503. A stranger's may be so,
   * too, unless it `isSigned`: then the signature was checked, and what is missing is something else.
   */
  | { readonly kind: 'unavailable'; readonly message: string; readonly isSigned: boolean };

/** How large a webhook may be: many times what providers send of payments. */
export const maxWebhookBytes = 256 * 1024;

/** Reads a provider's webhooks. Keeps nothing and calls nobody's code: what is done with them is the caller's. */
export interface WebhookReader {
  readonly name: PaymentProviderName;
  /**
   * The fault of a request by its headers alone, before its body is read. Undefined: the body decides, and
   * {@link WebhookReader.read} checks it together with the headers.
   */
  refusalOf(headers: WebhookRequest['headers']): string | undefined;
  read(request: WebhookRequest): Promise<WebhookOutcome>;
}

/** The notifications that were received and kept, for adapters of providers that cannot be asked for a payment's state. */
export interface ReceivedNotifications {
  /** All that speak of this authorisation, in the order in which they were received. */
  about(provider: PaymentProviderName, reference: string): Promise<readonly PaymentNotification[]>;
}
