/** Where an invoice stands. */
export const InvoiceStatus = {
  Draft: 'draft',
  Issued: 'issued',
  Paid: 'paid',
  Void: 'void',
} as const;
export type InvoiceStatus = (typeof InvoiceStatus)[keyof typeof InvoiceStatus];

/** Every status of an invoice, in the order of its lifecycle. */
export const invoiceStatuses: readonly InvoiceStatus[] = Object.values(InvoiceStatus);

/**
 * The one transition table; the database's is tested against it. An invoice over nothing is paid when it is issued. A
 * paid one is issued again when its payment is taken back, and void when its order is cancelled.
 */
export const invoiceTransitions = {
  draft: ['issued', 'paid', 'void'],
  issued: ['paid', 'void'],
  paid: ['issued', 'void'],
  void: [],
} as const satisfies Record<InvoiceStatus, readonly InvoiceStatus[]>;
