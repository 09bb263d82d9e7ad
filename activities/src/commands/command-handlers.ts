import type { CommandInput, CommandKind, CommandOutcome } from '@oms/contracts/temporal';
import {
  adjustStock,
  changeTenantSettings,
  connectErp,
  disconnectErp,
  insertApiKey,
  insertProduct,
  moveInvoice,
  recordInvoicePayment,
  recordResync,
  revokeApiKey,
  rotateApiKey,
  updateProduct,
  type CommandTransaction,
} from '@oms/database';

/** Carries out one kind of command inside of a transaction that keeps its outcome too. A decision is a result. */
export type CommandHandler<Kind extends CommandKind> = (
  transaction: CommandTransaction,
  input: CommandInput<Kind>,
) => Promise<CommandOutcome<Kind>>;

/** Who carries out which kind. A new kind is an entry here and in the contracts' `CommandKinds`. */
export const commandHandlers: { readonly [Kind in CommandKind]: CommandHandler<Kind> } = {
  create_api_key: insertApiKey,
  rotate_api_key: rotateApiKey,
  revoke_api_key: revokeApiKey,
  change_settings: changeTenantSettings,
  create_product: insertProduct,
  update_product: updateProduct,
  adjust_stock: adjustStock,
  issue_invoice: moveInvoice,
  void_invoice: moveInvoice,
  record_payment: recordInvoicePayment,
  connect_erp: connectErp,
  disconnect_erp: disconnectErp,
  resync_order: recordResync,
};
