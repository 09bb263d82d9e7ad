import {
  commandPartId,
  defaultLocationId,
  type CommandInput,
  type CommandOutcome,
} from '@oms/contracts/temporal';
import type { TenantScope } from '@oms/domain';

import type { CommandTransaction } from './commands.js';
import { receiveStockIn } from './stock.js';

/**
 * Puts a product into the catalogue, inside of its command's transaction. An id or a SKU that is taken is a decision
 * against it; of two that race for one, the later waits and learns that.
 */
export async function insertProduct(
  transaction: CommandTransaction,
  input: CommandInput<'create_product'>,
): Promise<CommandOutcome<'create_product'>> {
  const { tenantId, orgId, commandId, request } = input;
  const scope = { tenantId, orgId };
  // Products of one organisation are created one after the other, so that what is free stays free.
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`products/${tenantId}/${orgId}`}, 0))`;
  const { productId } = request;
  const taken = await findTaken(transaction, scope, productId, request.variants);
  if (taken !== undefined) {
    return { kind: 'denied', why: 'not_allowed', message: `there is a product with ${taken} already` };
  }
  const { title, description, currency, currencyExponent } = request;
  await transaction.product.create({
    data: { ...scope, id: productId, title, description: description ?? null, currency, currencyExponent },
  });
  for (const [index, variant] of request.variants.entries()) {
    const { title, sku, priceMinor, requiresShipping, stockQuantity } = variant;
    const id = commandPartId(commandId, `variant/${index}`);
    await transaction.productVariant.create({
      data: {
        ...{ ...scope, id, productId, position: index + 1, priceMinor, requiresShipping },
        ...{ title: title ?? null, sku: sku ?? null },
      },
    });
    if (stockQuantity === 0) continue;
    await receiveStockIn(transaction, {
      ...{ ...scope, variantId: id, locationId: defaultLocationId(scope), quantity: stockQuantity },
      ...{ ...(sku === undefined ? {} : { sku }), reason: 'the product was created' },
    });
  }
  return { kind: 'done', result: { productId } };
}

/** Which of the new product's names another one has, for people. */
async function findTaken(
  transaction: CommandTransaction,
  scope: TenantScope,
  productId: string,
  variants: readonly { readonly sku?: string }[],
): Promise<string | undefined> {
  if ((await transaction.product.count({ where: { ...scope, id: productId } })) > 0) return 'this id';
  const skus = variants.flatMap(({ sku }) => (sku === undefined ? [] : [sku]));
  const variant = await transaction.productVariant.findFirst({ where: { ...scope, sku: { in: skus } } });
  return variant ? `the SKU ${variant.sku ?? ''}` : undefined;
}
