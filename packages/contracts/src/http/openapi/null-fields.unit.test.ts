import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { Api } from '../kit/api.js';
import { operations } from './operations.js';

/** The fields of an operation's body, and whether each may be null. */
function fieldsOf({ body }: (typeof operations)[number]) {
  if (!body) return [];
  const { schema } = body;
  const forms = schema instanceof z.ZodUnion ? schema.options : [schema];
  const fields = forms.flatMap((form) => {
    if (!(form instanceof z.ZodObject)) throw new Error('the body is not an object');
    const shape: Readonly<Record<string, z.ZodType>> = form.shape;
    return Object.entries(shape);
  });
  return fields.map(([name, field]) => ({
    ...{ name, isOptional: field.safeParse(undefined).success, mayBeNull: field.safeParse(null).success },
  }));
}

const withBody = operations.filter(({ api, body }) => api !== Api.Webhooks && body !== undefined);
/** Its fields are those of the step that it takes, as in a POST. */
const steps = ['changeSalesOrderStatus'];
const isChange = ({ id, method }: (typeof operations)[number]): boolean =>
  method === 'PATCH' && !steps.includes(id);

/** The fields of each change that null removes, and those of which null is a 400. By hand, from the meaning of each field. */
const changes: Readonly<Record<string, { readonly removed: string; readonly refused: string }>> = {
  editOrder: {
    removed: 'billing_address metadata note shipping_address shipping_method tags',
    refused: 'version',
  },
  editSalesOrder: {
    removed:
      'billing_address discount_amount metadata note shipping_address shipping_amount shipping_method tags tax_amount taxes_included',
    refused: 'line_items payment_reference version',
  },
  correctFulfillment: { removed: 'carrier tracking_number', refused: '' },
  correctSalesShipment: { removed: 'carrier tracking_number', refused: '' },
  updateProduct: { removed: 'description', refused: 'title variants' },
  changeSettings: {
    removed: 'refund_window_days return_expiry_days',
    refused:
      'capture_policy lapsing_authorizations order_number_prefix payments_require_metadata pending_limit_seconds return_window_seconds split_shipments',
  },
};

describe('null in a body', () => {
  it.each(withBody.filter((operation) => !isChange(operation)))(
    'of $id → counts as left out, and is refused where the field is required',
    (operation) => {
      for (const { name, isOptional, mayBeNull } of fieldsOf(operation)) {
        expect(`${name}: ${mayBeNull}`).toBe(`${name}: ${isOptional}`);
      }
    },
  );

  it('removes the value in a change, and is refused where the field is never empty', () => {
    const found = withBody.filter(isChange).map((operation) => {
      const fields = fieldsOf(operation);
      const named = (mayBeNull: boolean): string =>
        fields
          .filter((field) => field.mayBeNull === mayBeNull)
          .map(({ name }) => name)
          .sort()
          .join(' ');
      return [operation.id, { removed: named(true), refused: named(false) }];
    });
    expect(Object.fromEntries(found)).toEqual(changes);
  });
});
