import type { PaymentNotification, PaymentProviderName } from '@oms/domain';

export { PaymentNotificationKind, type PaymentNotification } from '@oms/domain';

/** A webhook's request, as it came: signatures are over the bytes. */
export interface WebhookRequest {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** What a webhook's request turned out to be. */
export type WebhookOutcome =
  /** Signed by the provider. Empty where it speaks of nothing that this system knows. */
  | { readonly kind: 'verified'; readonly notifications: readonly PaymentNotification[] }
  /** Not signed by the provider, or too old: to be answered 400, and changes nothing. */
  | { readonly kind: 'refused'; readonly message: string }
  /** The signature could not be checked now (a provider that has to be asked does not answer): answer 503. */
  | { readonly kind: 'unavailable'; readonly message: string };

/** Reads a provider's webhooks. Keeps nothing and calls nobody's code: what is done with them is the caller's. */
export interface WebhookReader {
  readonly name: PaymentProviderName;
  read(request: WebhookRequest): Promise<WebhookOutcome>;
}

/** The notifications that were received and kept, for adapters of providers that cannot be asked for a payment's state. */
export interface ReceivedNotifications {
  /** All that speak of this authorisation, in the order in which they were received. */
  about(provider: PaymentProviderName, reference: string): Promise<readonly PaymentNotification[]>;
}
