/** A token that is not to be believed. The message may be shown to whoever sent it. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}
