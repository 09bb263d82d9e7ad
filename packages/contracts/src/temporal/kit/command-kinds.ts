import type { ApiKeyScope, ErpKind, TenantSettings } from '@oms/domain';

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

/** What of a product is to be another. What is absent stays as it is; null: it has none any longer. */
export interface UpdateProductRequest {
  readonly productId: string;
  readonly title?: string;
  readonly description?: string | null;
  readonly variants?: readonly {
    /** Absent: the only one that the product has. */
    readonly variantId?: string;
    readonly title?: string | null;
    readonly sku?: string | null;
    readonly priceMinor?: number;
  }[];
}

/** Units that came in, or are gone. */
export interface AdjustStockRequest {
  readonly productId: string;
  /** Absent: the only one that the product has. */
  readonly variantId?: string;
  /** More than nothing came in, less is gone. */
  readonly quantity: number;
  readonly reason: string;
}

/** A new secret of an API key, of which only its holder knows more than this. */
export interface ApiKeyDigest {
  /** How the secret begins, by which its holder knows it. */
  readonly prefix: string;
  /** SHA-256 in hexadecimal. */
  readonly hash: string;
}

export interface CreateApiKeyRequest extends ApiKeyDigest {
  readonly apiKeyId: string;
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  /** ISO 8601. Absent: it does not expire. */
  readonly expiresAt?: string;
}

export interface RotateApiKeyRequest extends ApiKeyDigest {
  readonly apiKeyId: string;
  /** How long the secret before is accepted beside the new one. */
  readonly gracePeriodSeconds: number;
}

/** Which key it is, and the hash of the secret that it has got: a replay's secret is another, and is not the key's. */
interface ApiKeyWithSecret {
  readonly apiKeyId: string;
  readonly hash: string;
}

/** The settings of the tenant that are to be others. At least one. */
export interface ChangeSettingsRequest {
  readonly orderNumberPrefix?: string;
  readonly returnWindowSeconds?: number;
  readonly pendingLimitSeconds?: number;
  readonly paymentsRequireMetadata?: boolean;
}

/** Which invoice. */
export interface InvoiceRequest {
  readonly invoiceId: string;
}

/** Money that was received for an invoice, in minor units of its currency. */
export interface RecordPaymentRequest extends InvoiceRequest {
  readonly amountMinor: number;
  readonly currency: string;
  readonly method: string;
  /** The same one twice is one payment. */
  readonly reference?: string;
}

/** The ERP that an organisation keeps its orders in from now on. */
export interface ConnectErpRequest {
  readonly kind: ErpKind;
  /** Without what is secret. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Sealed, so that whoever reads the workflow's history or the database does not learn them. */
  readonly secrets: string;
}

/**
 * Every command that is not a change of one order: what it is asked with, and what it answers. Both are plain JSON
 * and are kept in the workflow's history and in the database: no secrets.
 */
export interface CommandKinds {
  create_api_key: { readonly request: CreateApiKeyRequest; readonly result: ApiKeyWithSecret };
  rotate_api_key: { readonly request: RotateApiKeyRequest; readonly result: ApiKeyWithSecret };
  revoke_api_key: {
    readonly request: { readonly apiKeyId: string };
    readonly result: { readonly apiKeyId: string };
  };
  change_settings: { readonly request: ChangeSettingsRequest; readonly result: TenantSettings };
  create_product: { readonly request: CreateProductRequest; readonly result: { readonly productId: string } };
  update_product: { readonly request: UpdateProductRequest; readonly result: { readonly productId: string } };
  adjust_stock: { readonly request: AdjustStockRequest; readonly result: { readonly productId: string } };
  issue_invoice: { readonly request: InvoiceRequest; readonly result: InvoiceRequest };
  void_invoice: { readonly request: InvoiceRequest; readonly result: InvoiceRequest };
  record_payment: {
    readonly request: RecordPaymentRequest;
    readonly result: { readonly paymentId: string };
  };
  connect_erp: { readonly request: ConnectErpRequest; readonly result: { readonly kind: ErpKind } };
  disconnect_erp: {
    readonly request: Readonly<Record<string, never>>;
    readonly result: { readonly kind: ErpKind };
  };
  resync_order: {
    readonly request: { readonly orderId: string };
    /** By `askId`, whoever is asked to bring the order to the ERP knows that it was asked before. */
    readonly result: { readonly orderId: string; readonly askId: string };
  };
}

export type CommandKind = keyof CommandKinds;
export type CommandRequest<Kind extends CommandKind> = CommandKinds[Kind]['request'];
export type CommandResult<Kind extends CommandKind> = CommandKinds[Kind]['result'];
