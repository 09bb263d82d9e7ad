/** A product that is put into the catalogue. Amounts in minor units of its currency. */
export interface CreateProductRequest {
  /** The client's own, or made from the command's. */
  readonly productId: string;
  readonly title: string;
  readonly description?: string;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly variants: readonly {
    readonly title?: string;
    readonly sku?: string;
    readonly priceMinor: number;
    /** Units that are there to begin with. */
    readonly stockQuantity: number;
    readonly requiresShipping: boolean;
  }[];
}

/**
 * Every command that is not a change of one order: what it is asked with, and what it answers. Both are plain JSON
 * and are kept in the workflow's history and in the database: no secrets.
 */
export interface CommandKinds {
  create_product: { readonly request: CreateProductRequest; readonly result: { readonly productId: string } };
}

export type CommandKind = keyof CommandKinds;
export type CommandRequest<Kind extends CommandKind> = CommandKinds[Kind]['request'];
export type CommandResult<Kind extends CommandKind> = CommandKinds[Kind]['result'];
