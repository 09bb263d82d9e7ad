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
   * It cannot be read now, since the provider that has to be asked does not answer: answer 503. A stranger's request
   * may end so, too, unless it `isSigned`: then the signature was verified, and another answer is missing.
   */
  | { readonly kind: 'unavailable'; readonly message: string; readonly isSigned: boolean };

/** The size limit of a webhook: many times the size of real ones. */
export const maxWebhookBytes = 256 * 1024;

/** Reads a provider's webhooks. Keeps nothing: the caller handles the notifications. */
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
  /** All notifications of this authorisation, in the order in which they were received. */
  about(provider: PaymentProviderName, reference: string): Promise<readonly PaymentNotification[]>;
}
