/** The public interfaces. Each has its own identity, table of statuses and words for refusals. */
export const Api = {
  /** The Orders API: a token, and the headers that name its tenant and organisation. */
  Orders: 'orders',
  /** The Sales API: a token. */
  Sales: 'sales',
  /** The Commerce API: an API key. */
  Commerce: 'commerce',
  /** Calls of payment providers: a signature. */
  Webhooks: 'webhooks',
} as const;
export type Api = (typeof Api)[keyof typeof Api];
