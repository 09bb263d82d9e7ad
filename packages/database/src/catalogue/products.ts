import { commandPartId, defaultLocationId } from '@oms/contracts/temporal';
import { notFound, refusal, RefusalCode, type Refusal, type TenantScope } from '@oms/domain';

import type { Prisma } from '../generated/client.js';
import { present } from '../kit/present.js';
import type { CarriedOut, Command, CommandTransaction } from '../kit/run-command.js';
import { receiveStockIn, removeStockIn, stockAt } from '../inventory/stock.js';

/** A product that is put into the catalogue. Amounts in minor units of its currency. */
export interface CreateProduct {
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

/** Changes of a product. What is absent stays as it is; null: it has none any longer. */
export interface UpdateProduct {
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
export interface AdjustStock {
  readonly productId: string;
  /** Absent: the only one that the product has. */
  readonly variantId?: string;
  /** More than nothing came in, less is gone. */
  readonly quantity: number;
  readonly reason: string;
}

const notAllowed = (message: string): Refusal => refusal(RefusalCode.TransitionNotAllowed, message);

export interface ProductId {
  readonly productId: string;
}

/**
 * Puts a product into the catalogue. An id or a SKU that is taken is a decision
 * against it; of two that race for one, the later waits and learns that.
 */
export async function insertProduct(
  transaction: CommandTransaction,
  { tenantId, orgId, commandId, request }: Command<CreateProduct>,
): Promise<CarriedOut<ProductId>> {
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
    const level = { ...scope, variantId: id, locationId: defaultLocationId(scope), ...present('sku', sku) };
    // Without units, the variant is out of stock, and not one that is sold without stock.
    if (stockQuantity === 0) await stockAt(transaction, level);
    else
      await receiveStockIn(transaction, {
        ...level,
        ...{ quantity: stockQuantity, reason: 'the product was created' },
      });
  }
  const { id, ...after } = shown(await productOf(transaction, scope, productId));
  const stock = request.variants.map(({ stockQuantity }) => stockQuantity);
  return {
    kind: 'done',
    result: { productId },
    changes: [{ action: 'product.created', type: 'product', id, after, details: { stock } }],
  };
}

/** Products of one organisation change one after the other, so that a SKU that is free stays free. */
async function lockCatalogue(
  transaction: CommandTransaction,
  { tenantId, orgId }: TenantScope,
): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`products/${tenantId}/${orgId}`}, 0))`;
}

/** @param but variants that are about to give their SKUs up, or keep them */
async function findTakenSku(
  transaction: CommandTransaction,
  scope: TenantScope,
  variants: readonly { readonly sku?: string | null }[],
  but: readonly string[],
): Promise<Refusal | undefined> {
  const skus = variants.flatMap(({ sku }) => (typeof sku === 'string' ? [sku] : []));
  const repeated = skus.find((sku, index) => skus.indexOf(sku) !== index);
  if (repeated !== undefined) return notAllowed(`two variants cannot both have the SKU ${repeated}`);
  const variant = await transaction.productVariant.findFirst({
    where: { ...scope, sku: { in: skus }, id: { notIn: [...but] } },
  });
  return variant ? notAllowed(`there is a product with the SKU ${variant.sku ?? ''} already`) : undefined;
}

const withVariants = { variants: { orderBy: { position: 'asc' } } } as const satisfies Prisma.ProductInclude;
type FoundProduct = Prisma.ProductGetPayload<{ include: typeof withVariants }>;

const whereOf = ({ tenantId, orgId }: TenantScope, id: string) => ({
  where: { tenantId_orgId_id: { tenantId, orgId, id } },
});

async function findProduct(
  transaction: CommandTransaction,
  scope: TenantScope,
  productId: string,
): Promise<FoundProduct | Refusal> {
  const product = await transaction.product.findUnique({
    ...whereOf(scope, productId),
    include: withVariants,
  });
  return product ?? notFound('product');
}

/** A product that is there. */
const productOf = (transaction: CommandTransaction, scope: TenantScope, productId: string) =>
  transaction.product.findUniqueOrThrow({ ...whereOf(scope, productId), include: withVariants });

/** A product in the audit log. */
function shown({ id, title, description, currency, variants }: FoundProduct) {
  return {
    ...{ id, title, description, currency },
    variants: variants.map(({ id, title, sku, priceMinor, requiresShipping }) => ({
      ...{ id, title, sku, priceMinor: Number(priceMinor), requiresShipping },
    })),
  };
}

/** The variant that a request names, or the only one that there is. */
function variantOf({ variants }: FoundProduct, variantId: string | undefined): string | Refusal {
  if (variantId !== undefined) {
    return variants.some(({ id }) => id === variantId)
      ? variantId
      : notAllowed('the product has no such variant');
  }
  const [only, ...others] = variants;
  return only && others.length === 0 ? only.id : notAllowed('the product has several variants: name one');
}

/**
 * Changes a product and its variants. Orders that exist keep what they were made
 * from. A SKU moves with its stock: what is ordered by the old one is no longer found.
 */
export async function updateProduct(
  transaction: CommandTransaction,
  { tenantId, orgId, request }: Command<UpdateProduct>,
): Promise<CarriedOut<ProductId>> {
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
    ...whereOf(scope, productId),
    data: { ...present('title', title), ...(description === undefined ? {} : { description }) },
  });
  // Two that swap their SKUs must not meet on the way.
  const ids = given.map(({ id }) => id);
  await transaction.productVariant.updateMany({ where: { ...scope, id: { in: ids } }, data: { sku: null } });
  for (const change of changes) await updateVariant(transaction, scope, change);
  const { id: _, ...before } = shown(product);
  const { id, ...after } = shown(await productOf(transaction, scope, productId));
  return {
    kind: 'done',
    result: { productId },
    changes: [{ action: 'product.updated', type: 'product', id, before, after }],
  };
}

type VariantChange = { readonly id: string } & Omit<
  NonNullable<UpdateProduct['variants']>[number],
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

/** Puts units into stock or takes some out, with an entry of the ledger. */
export async function adjustStock(
  transaction: CommandTransaction,
  { tenantId, orgId, request }: Command<AdjustStock>,
): Promise<CarriedOut<ProductId>> {
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
  } else {
    const available = await removeStockIn(transaction, { ...level, quantity: -quantity, reason });
    if (available !== undefined) {
      return notAllowed(`${-quantity} units cannot go: ${available} are there and not reserved`);
    }
  }
  // The ledger's trigger has locked the level: nobody else has changed it since.
  const { onHand: after } = await transaction.inventoryLevel.findUniqueOrThrow({
    where: { tenantId_orgId_variantId_locationId: level },
  });
  const onHand = Number(after);
  return {
    kind: 'done',
    result: { productId },
    changes: [
      {
        ...{ action: 'stock.adjusted', type: 'product_variant', id: variantId },
        ...{ before: { onHand: onHand - quantity }, after: { onHand } },
        details: { productId, locationId: level.locationId, reason },
      },
    ],
  };
}
