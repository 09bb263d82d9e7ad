/** The error of an invalid token. Its message may be shown to the caller. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}
