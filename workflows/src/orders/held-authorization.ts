/** How long a provider holds the money that an order waits to be paid for by, and whether anybody was told. */
export class HeldAuthorization {
  private expiresAt: string | undefined;
  private isFlagged = false;

  /** @param expiresAt ISO 8601; absent where the provider does not say so */
  heldUntil(expiresAt: string | undefined): void {
    this.expiresAt ??= expiresAt;
  }

  flagged(): void {
    this.isFlagged = true;
  }

  /** When it lapses, while nobody was told. */
  get toBeFlagged(): string | undefined {
    return this.isFlagged ? undefined : this.expiresAt;
  }

  /** When it lapses, once it was worth telling. */
  get lapsesSoonAt(): string | undefined {
    return this.isFlagged ? this.expiresAt : undefined;
  }
}
