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
  /** Links that a caller of another API has made for people. A signature in the link authenticates it. */
  Links: 'links',
} as const;
export type Api = (typeof Api)[keyof typeof Api];

/** Whether the callers of an API have no identity: a signature stands for it. */
export const isSigned = (api: Api): boolean => api === Api.Webhooks || api === Api.Links;
