import type { Actor, Refusal, TenantScope } from '@oms/domain';

/** The registered name of the workflow that carries out one command about an invoice. */
export const invoiceCommandWorkflowType = 'invoiceCommandWorkflow';

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

/** Commands about invoices: requests and results. Both are plain JSON in the workflow's history: no secrets. */
export interface InvoiceCommands {
  issue_invoice: { readonly request: InvoiceRequest; readonly result: InvoiceRequest };
  void_invoice: { readonly request: InvoiceRequest; readonly result: InvoiceRequest };
  record_payment: {
    readonly request: RecordPaymentRequest;
    readonly result: { readonly paymentId: string };
  };
}

export type InvoiceCommandKind = keyof InvoiceCommands;
export type InvoiceCommandRequest<Kind extends InvoiceCommandKind> = InvoiceCommands[Kind]['request'];
export type InvoiceCommandResult<Kind extends InvoiceCommandKind> = InvoiceCommands[Kind]['result'];

/** The input of the workflow. */
export interface InvoiceCommandInput<
  Kind extends InvoiceCommandKind = InvoiceCommandKind,
> extends TenantScope {
  /** A UUID. The same command always has the same one. */
  readonly commandId: string;
  readonly kind: Kind;
  /** SHA-256 of the canonical request, by which another request under the same key is told apart. */
  readonly requestHash: string;
  /** The id of the HTTP request that asked, by which a first call is told from a replay. */
  readonly requestId: string;
  readonly actor: Actor;
  readonly request: InvoiceCommandRequest<Kind>;
}

/** The result of the workflow. */
export interface InvoiceCommandAnswer<Kind extends InvoiceCommandKind = InvoiceCommandKind> {
  readonly outcome:
    | {
        readonly kind: 'done';
        readonly result: InvoiceCommandResult<Kind>;
        /** Whether it had been done before, under another key. */
        readonly wasDone: boolean;
      }
    | Refusal
    /** The id was used for another request. Nothing was changed. */
    | { readonly kind: 'conflict' };
  readonly requestHash: string;
  readonly requestId: string;
}

/** The id of a command's one workflow. */
export function invoiceCommandWorkflowId(commandId: string): string {
  return `invoice-command-${commandId}`;
}
