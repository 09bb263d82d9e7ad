/** A postal address as the client sent it. */
export interface Address {
  readonly name?: string;
  readonly company?: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly state?: string;
  readonly postalCode?: string;
  readonly country: string;
  readonly phone?: string;
  readonly email?: string;
}
