/** The public APIs. Each has its own authentication, statuses and words for refusals. */
export const Api = {
  /** The Orders API, authenticated by a token and by headers that name its tenant and organisation. */
  Orders: 'orders',
  /** The Sales API, authenticated by a token. */
  Sales: 'sales',
  /** The Commerce API, authenticated by an API key. */
  Commerce: 'commerce',
  /** Webhooks of payment providers, authenticated by a signature. */
  Webhooks: 'webhooks',
} as const;
export type Api = (typeof Api)[keyof typeof Api];
