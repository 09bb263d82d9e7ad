/** The order of the documentation's examples. The payment simulator knows its reference. */
export const createOrderExample = {
  idempotency_key: 'cart-9f2e1a4b-3c7d',
  payment_provider: 'stripe',
  payment_reference: 'pi_3Pqr4RLkdIwHu7ix0pQvA1bC',
  currency: 'USD',
  channel: 'web-storefront',
  items: [
    {
      product_title: 'Classic Wool Sweater',
      variant_id: 'c3d4e5f6-a7b8-9012-cdef-345678901234',
      location_id: 'f6a7b8c9-d0e1-2345-abcd-678901234567',
      sku: 'WOOL-SWTR-M-BLU',
      variant_title: 'Blue / Medium',
      quantity: 2,
      unit_price: 89.99,
      requires_shipping: true,
    },
  ],
};
