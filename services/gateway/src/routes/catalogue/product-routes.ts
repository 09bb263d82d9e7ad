import {
  adjustStock,
  createProduct,
  getProduct,
  hashOf,
  IdPrefix,
  listProducts,
  productCursor,
  renderProduct,
  toAdjustStock,
  toCreateProduct,
  toListProducts,
  toUpdateProduct,
  typeIdOf,
  updateProduct,
} from '@oms/contracts/http';
import { commandPartId } from '@oms/contracts/temporal';
import { adjustStock as moveStock, insertProduct, updateProduct as changeProduct } from '@oms/database';
import { notFound, RefusedError, type TenantScope } from '@oms/domain';

import { askForCommand } from '../../commands/ask-for-command.js';
import { serve, type ApiRoute, type Handler } from '../../http/serve-operation.js';
import type { SalesRoutesDeps } from '../sales/sales-deps.js';

/** The routes of the catalogue. */
export function productRoutes(deps: SalesRoutesDeps): readonly ApiRoute[] {
  return [
    serve(listProducts, async ({ query }, { scope }) => {
      const { products, hasMore } = await deps.catalogue.listProducts(scope, toListProducts(query));
      const last = hasMore ? products.at(-1) : undefined;
      return {
        status: 200,
        body: {
          products: products.map(renderProduct),
          limit: query.limit,
          next_cursor: last ? productCursor(last) : null,
        },
      };
    }),
    serve(getProduct, async ({ params }, { scope }) => ({
      status: 200,
      body: renderProduct(await findProduct(deps, scope, params.productId)),
    })),
    serve(createProduct, createProductHandler(deps)),
    serve(updateProduct, updateProductHandler(deps)),
    serve(adjustStock, adjustStockHandler(deps)),
  ];
}

/** `POST /api/v1/sales/products`: 201 with the product; 422 if its id or a SKU is taken. */
function createProductHandler(deps: SalesRoutesDeps): Handler<typeof createProduct> {
  return (input, principal) => {
    const product = toCreateProduct(input.body);
    return askForCommand(
      deps.commands,
      input,
      principal,
      {
        kind: 'create_product',
        requestHash: hashOf(product),
        requestOf: (commandId) => ({ ...product, productId: product.productId ?? newProductId(commandId) }),
        carryOut: insertProduct,
      },
      async ({ productId }) => ({
        status: 201,
        headers: { Location: `${createProduct.path}/${productId}` },
        body: renderProduct(await findProduct(deps, principal.scope, productId)),
      }),
    );
  };
}

/**
 * `PATCH /api/v1/sales/products/{productId}`: 200 with the product; 422 if a SKU is taken or a variant is unknown.
 */
function updateProductHandler(deps: SalesRoutesDeps): Handler<typeof updateProduct> {
  return async (input, principal) => {
    const { productId } = input.params;
    const { currencyExponent } = await findProduct(deps, principal.scope, productId);
    const wanted = { productId, ...toUpdateProduct(input.body, currencyExponent) };
    return askForCommand(
      deps.commands,
      input,
      principal,
      {
        ...{ kind: 'update_product', requestHash: hashOf(wanted), requestOf: () => wanted },
        carryOut: changeProduct,
      },
      async () => ({
        status: 200,
        body: renderProduct(await findProduct(deps, principal.scope, productId)),
      }),
    );
  };
}

/**
 * `POST /api/v1/sales/products/{productId}/stock`: 201 with the product; 422 for a decrease below the available
 * stock.
 */
function adjustStockHandler(deps: SalesRoutesDeps): Handler<typeof adjustStock> {
  return (input, principal) => {
    const { productId } = input.params;
    const wanted = { productId, ...toAdjustStock(input.body) };
    return askForCommand(
      deps.commands,
      input,
      principal,
      {
        ...{ kind: 'adjust_stock', requestHash: hashOf(wanted), requestOf: () => wanted },
        carryOut: moveStock,
      },
      async () => ({
        status: 201,
        body: renderProduct(await findProduct(deps, principal.scope, productId)),
      }),
    );
  };
}

const productNotFound = (): RefusedError => new RefusedError(notFound('product'));

async function findProduct({ catalogue }: SalesRoutesDeps, scope: TenantScope, productId: string) {
  const [product] = await catalogue.findProducts(scope, [productId]);
  if (!product) throw productNotFound();
  return product;
}

/** The id of a new product. The same command always gives the same id, so that a retry creates nothing twice. */
function newProductId(commandId: string): string {
  return typeIdOf(IdPrefix.Product, commandPartId(commandId, 'product'));
}
