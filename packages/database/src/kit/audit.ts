/** Plain JSON. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };

/** One thing that a mutation changed, for the audit log. No secrets, sealed ones included. */
export interface Change {
  /** Such as `product.updated`. */
  readonly action: string;
  /** Such as `product`. */
  readonly type: string;
  readonly id: string;
  /** Absent: there was none. */
  readonly before?: Readonly<Record<string, Json | undefined>>;
  /** Absent: there is none any longer. */
  readonly after?: Readonly<Record<string, Json | undefined>>;
  /** Neither before nor after, such as the reason of an adjustment. */
  readonly details?: Readonly<Record<string, Json | undefined>>;
}
