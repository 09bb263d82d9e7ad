import {
  hashOf,
  IdPrefix,
  parseAdjustStock,
  parseCreateProduct,
  parseListProducts,
  parseUpdateProduct,
  productIdOfSales,
  renderProduct,
  toCreateProduct,
  toUpdateProduct,
  typeIdOf,
} from '@oms/contracts/http';
import { commandPartId } from '@oms/contracts/temporal';
import type { TenantScope } from '@oms/domain';

import { Permission } from '../../auth/permission.js';
import { askForCommand } from '../../commands/ask-for-command.js';
import { refuseAbsent } from '../../commands/refuse-absent.js';
import type { ApiRoute } from '../../http/api-routes.js';
import { HttpError } from '../../http/http-error.js';
import type { ApiRequest } from '../../http/http-response.js';
import type { SalesRoutesDeps } from '../sales/sales-deps.js';

/** The catalogue, as far as orders need it. */
export function productRoutes(base: string, deps: SalesRoutesDeps): readonly ApiRoute[] {
  const path = `${base}/products`;
  const one = `${path}/:productId`;
  const read = Permission.ProductsRead;
  const write = Permission.ProductsWrite;
  return [
    {
      method: 'GET',
      path,
      permission: read,
      handle: async ({ query }, { scope }) => {
        const { limit, offset } = parseListProducts(query);
        const { products, hasMore } = await deps.catalogue.listProducts(scope, { limit, offset });
        return {
          status: 200,
          body: { products: products.map(renderProduct), limit, offset, has_more: hasMore },
        };
      },
    },
    {
      method: 'GET',
      path: one,
      permission: read,
      handle: async ({ params }, { scope }) => ({
        status: 200,
        body: renderProduct(await findProduct(deps, scope, productIdOf(params))),
      }),
    },
    { method: 'POST', path, permission: write, handle: createProductHandler(path, deps) },
    { method: 'PATCH', path: one, permission: write, handle: updateProductHandler(deps) },
    { method: 'POST', path: `${one}/stock`, permission: write, handle: adjustStockHandler(deps) },
  ];
}

/** `POST /api/v1/sales/products`: 201 with the product; 422 where its id or a SKU is taken. */
function createProductHandler(path: string, deps: SalesRoutesDeps): ApiRoute['handle'] {
  return async (request, principal) => {
    const product = toCreateProduct(parseCreateProduct(request.body));
    return askForCommand(
      deps.commands,
      request,
      principal,
      {
        kind: 'create_product',
        requestHash: hashOf(product),
        requestOf: (commandId) => ({ ...product, productId: product.productId ?? newProductId(commandId) }),
      },
      async ({ productId }) => ({
        status: 201,
        headers: { Location: `${path}/${productId}` },
        body: renderProduct(await findProduct(deps, principal.scope, productId)),
      }),
    );
  };
}

/** `PATCH /api/v1/sales/products/{productId}`: 200 with the product; 422 where a SKU is taken or a variant unknown. */
function updateProductHandler(deps: SalesRoutesDeps): ApiRoute['handle'] {
  return async (request, principal) => {
    const productId = productIdOf(request.params);
    const body = parseUpdateProduct(request.body);
    const { currencyExponent } = await findProduct(deps, principal.scope, productId);
    const wanted = { productId, ...toUpdateProduct(body, currencyExponent) };
    return askForCommand(
      deps.commands,
      request,
      principal,
      { kind: 'update_product', requestHash: hashOf(wanted), requestOf: () => wanted },
      async () => ({
        status: 200,
        body: renderProduct(await findProduct(deps, principal.scope, productId)),
      }),
    );
  };
}

/** `POST /api/v1/sales/products/{productId}/stock`: 201 with the product; 422 for more than there is to take. */
function adjustStockHandler(deps: SalesRoutesDeps): ApiRoute['handle'] {
  return async (request, principal) => {
    const productId = productIdOf(request.params);
    const wanted = { productId, ...parseAdjustStock(request.body) };
    const find = async () => (await deps.catalogue.findProducts(principal.scope, [productId])).at(0);
    await refuseAbsent(find, 'product');
    return askForCommand(
      deps.commands,
      request,
      principal,
      { kind: 'adjust_stock', requestHash: hashOf(wanted), requestOf: () => wanted },
      async () => ({
        status: 201,
        body: renderProduct(await findProduct(deps, principal.scope, productId)),
      }),
    );
  };
}

const productNotFound = (): HttpError => new HttpError(404, 'there is no such product');

/** @throws HttpError 404 where the text cannot be any product's id */
function productIdOf(params: ApiRequest['params']): string {
  const productId = productIdOfSales(params['productId']);
  if (productId === undefined) throw productNotFound();
  return productId;
}

async function findProduct({ catalogue }: SalesRoutesDeps, scope: TenantScope, productId: string) {
  const [product] = await catalogue.findProducts(scope, [productId]);
  if (!product) throw productNotFound();
  return product;
}

/** The same command always makes the same product. */
function newProductId(commandId: string): string {
  return typeIdOf(IdPrefix.Product, commandPartId(commandId, 'product'));
}
