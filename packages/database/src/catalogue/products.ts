import {
  commandPartId,
  defaultLocationId,
  type CommandDenial,
  type CommandInput,
  type CommandOutcome,
  type CommandRequest,
} from '@oms/contracts/temporal';
import type { TenantScope } from '@oms/domain';

import type { CommandTransaction } from '../kit/commands.js';
import { present } from '../kit/present.js';
import { receiveStockIn, removeStockIn } from '../inventory/stock.js';

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
  await lockCatalogue(transaction, scope);
  const { productId } = request;
  if ((await transaction.product.count({ where: { ...scope, id: productId } })) > 0) {
    return notAllowed('there is a product with this id already');
  }
  const taken = await findTakenSku(transaction, scope, request.variants, []);
  if (taken) return taken;
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

/** Products of one organisation change one after the other, so that a SKU that is free stays free. */
async function lockCatalogue(
  transaction: CommandTransaction,
  { tenantId, orgId }: TenantScope,
): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`products/${tenantId}/${orgId}`}, 0))`;
}

const notAllowed = (message: string): CommandDenial => ({ kind: 'denied', why: 'not_allowed', message });

/** @param but variants that are about to give their SKUs up, or keep them */
async function findTakenSku(
  transaction: CommandTransaction,
  scope: TenantScope,
  variants: readonly { readonly sku?: string | null }[],
  but: readonly string[],
): Promise<CommandDenial | undefined> {
  const skus = variants.flatMap(({ sku }) => (typeof sku === 'string' ? [sku] : []));
  const repeated = skus.find((sku, index) => skus.indexOf(sku) !== index);
  if (repeated !== undefined) return notAllowed(`two variants cannot both have the SKU ${repeated}`);
  const variant = await transaction.productVariant.findFirst({
    where: { ...scope, sku: { in: skus }, id: { notIn: [...but] } },
  });
  return variant ? notAllowed(`there is a product with the SKU ${variant.sku ?? ''} already`) : undefined;
}

interface FoundProduct {
  readonly variants: readonly { readonly id: string; readonly sku: string | null }[];
}

async function findProduct(
  transaction: CommandTransaction,
  { tenantId, orgId }: TenantScope,
  productId: string,
): Promise<FoundProduct | CommandDenial> {
  const product = await transaction.product.findUnique({
    where: { tenantId_orgId_id: { tenantId, orgId, id: productId } },
    include: { variants: true },
  });
  return product ?? { kind: 'denied', why: 'not_found', message: 'there is no such product' };
}

/** The variant that a request names, or the only one that there is. */
function variantOf({ variants }: FoundProduct, variantId: string | undefined): string | CommandDenial {
  if (variantId !== undefined) {
    return variants.some(({ id }) => id === variantId)
      ? variantId
      : notAllowed('the product has no such variant');
  }
  const [only, ...others] = variants;
  return only && others.length === 0 ? only.id : notAllowed('the product has several variants: name one');
}

/**
 * Changes a product and its variants, inside of its command's transaction. Orders that exist keep what they were made
 * from. A SKU moves with its stock: what is ordered by the old one is no longer found.
 */
export async function updateProduct(
  transaction: CommandTransaction,
  input: CommandInput<'update_product'>,
): Promise<CommandOutcome<'update_product'>> {
  const { tenantId, orgId, request } = input;
  const { productId, title, description, variants = [] } = request;
  const scope = { tenantId, orgId };
  await lockCatalogue(transaction, scope);
  const product = await findProduct(transaction, scope, productId);
  if ('kind' in product) return product;
  const changes: VariantChange[] = [];
  for (const { variantId, ...change } of variants) {
    const id = variantOf(product, variantId);
    if (typeof id === 'object') return id;
    if (changes.some((other) => other.id === id)) return notAllowed('a variant cannot be named twice');
    changes.push({ id, ...change });
  }
  const given = changes.filter(({ sku }) => sku !== undefined);
  const taken = await findTakenSku(
    transaction,
    scope,
    given,
    given.map(({ id }) => id),
  );
  if (taken) return taken;
  await transaction.product.update({
    where: { tenantId_orgId_id: { ...scope, id: productId } },
    data: { ...present('title', title), ...(description === undefined ? {} : { description }) },
  });
  // Two that swap their SKUs must not meet on the way.
  const ids = given.map(({ id }) => id);
  await transaction.productVariant.updateMany({ where: { ...scope, id: { in: ids } }, data: { sku: null } });
  for (const change of changes) await updateVariant(transaction, scope, change);
  return { kind: 'done', result: { productId } };
}

type VariantChange = { readonly id: string } & Omit<
  NonNullable<CommandRequest<'update_product'>['variants']>[number],
  'variantId'
>;

async function updateVariant(
  transaction: CommandTransaction,
  scope: TenantScope,
  { id, title, sku, priceMinor }: VariantChange,
): Promise<void> {
  await transaction.productVariant.update({
    where: { tenantId_orgId_id: { ...scope, id } },
    data: {
      ...(title === undefined ? {} : { title }),
      ...(sku === undefined ? {} : { sku }),
      ...present('priceMinor', priceMinor),
    },
  });
  if (sku === undefined) return;
  await transaction.inventoryLevel.updateMany({ where: { ...scope, variantId: id }, data: { sku } });
}

/** Puts units into stock or takes some out, with an entry of the ledger, inside of its command's transaction. */
export async function adjustStock(
  transaction: CommandTransaction,
  input: CommandInput<'adjust_stock'>,
): Promise<CommandOutcome<'adjust_stock'>> {
  const { tenantId, orgId, request } = input;
  const { productId, quantity, reason } = request;
  const scope = { tenantId, orgId };
  const product = await findProduct(transaction, scope, productId);
  if ('kind' in product) return product;
  const variantId = variantOf(product, request.variantId);
  if (typeof variantId === 'object') return variantId;
  const level = { ...scope, variantId, locationId: defaultLocationId(scope) };
  if (quantity > 0) {
    const sku = product.variants.find(({ id }) => id === variantId)?.sku;
    await receiveStockIn(transaction, { ...level, quantity, reason, ...present('sku', sku) });
    return { kind: 'done', result: { productId } };
  }
  const available = await removeStockIn(transaction, { ...level, quantity: -quantity, reason });
  if (available === undefined) return { kind: 'done', result: { productId } };
  return notAllowed(`${-quantity} units cannot go: ${available} are there and not reserved`);
}
