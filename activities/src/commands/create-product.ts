import { insertProduct } from '@oms/database';

import type { CommandHandler } from './command-handlers.js';

/** Puts a product with its variants and their first stock into the catalogue. */
export const createProduct: CommandHandler<'create_product'> = (transaction, input) =>
  insertProduct(transaction, input);
