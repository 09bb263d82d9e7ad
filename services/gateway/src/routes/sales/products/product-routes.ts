import {
  hashOf,
  IdPrefix,
  parseCreateProduct,
  parseListProducts,
  renderProduct,
  toCreateProduct,
  typeIdOf,
} from '@oms/contracts/http';
import { commandPartId } from '@oms/contracts/temporal';
import type { TenantScope } from '@oms/domain';

import { Permission } from '../../../auth/permission.js';
import { askForCommand } from '../../../commands/ask-for-command.js';
import type { ApiRoute } from '../../../http/api-routes.js';
import { HttpError } from '../../../http/http-error.js';
import type { SalesRoutesDeps } from '../sales-deps.js';

/** The catalogue, as far as orders need it. */
export function productRoutes(base: string, deps: SalesRoutesDeps): readonly ApiRoute[] {
  const path = `${base}/products`;
  const read = Permission.ProductsRead;
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
      path: `${path}/:productId`,
      permission: read,
      handle: async ({ params }, { scope }) => ({
        status: 200,
        body: await findProduct(deps, scope, params['productId'] ?? ''),
      }),
    },
    { method: 'POST', path, permission: Permission.ProductsWrite, handle: createProductHandler(path, deps) },
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
        body: await findProduct(deps, principal.scope, productId),
      }),
    );
  };
}

async function findProduct({ catalogue }: SalesRoutesDeps, scope: TenantScope, productId: string) {
  const [product] = await catalogue.findProducts(scope, [productId]);
  if (!product) throw new HttpError(404, 'there is no such product');
  return renderProduct(product);
}

/** The same command always makes the same product. */
function newProductId(commandId: string): string {
  return typeIdOf(IdPrefix.Product, commandPartId(commandId, 'product'));
}
