import { renderProduct } from './product-resource.js';

/** The documentation's example product, as the catalogue stores it. */
export const exampleProduct = {
  ...{ id: 'prod_01JM5XQVZ3K7', title: 'Desk Lamp', createdAt: '2026-01-28T09:00:00.000Z' },
  ...{ currency: 'USD', currencyExponent: 2 },
  variants: [
    {
      ...{ id: 'c3d4e5f6-a7b8-9012-cdef-345678901234', title: 'Brass', sku: 'LAMP-BRASS' },
      ...{ priceMinor: 12_999, requiresShipping: true, available: 100 },
    },
  ],
};

const product = renderProduct(exampleProduct);

export const productExamples = {
  Product: product,
  ProductList: { products: [product], limit: 50, next_cursor: null },
} as const;
