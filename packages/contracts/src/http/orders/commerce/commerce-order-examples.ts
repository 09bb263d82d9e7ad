const order = {
  id: 'ord_01jgk9v8f3e7sv9tz2cx5m4q6r',
  number: 'BS-10024',
  external_id: '9928120',
  created_at: '2026-11-21T09:00:00.000Z',
  currency: 'USD',
  total_amount: '245.00',
  tax_amount: '15.02',
  payment_status: 'captured',
  status: 'processing',
  shipping_method: 'fedex_ground',
  tracking_number: null,
  erp: null,
};

export const commerceOrderExamples = {
  CommerceOrder: order,
  CommerceOrderList: { orders: [order], limit: 50, offset: 0, next_cursor: null },
  AcceptedCommerceOrder: { id: order.id, status: 'pending' },
} as const;
