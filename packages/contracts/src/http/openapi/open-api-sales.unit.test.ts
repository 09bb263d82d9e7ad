import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';

import { openApiDocument } from './open-api-document.js';
import { salesExamples } from './open-api-sales-examples.js';
import { salesPaths } from './open-api-sales.js';

const document = openApiDocument();

describe('the documentation of the Sales API', () => {
  it('has a 200 beside the 201 for a recorded payment, and for no other change', () => {
    const both = Object.entries(salesPaths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, operation]) => {
        const { responses } = operation as { readonly responses?: object };
        const made = Object.keys(responses ?? {}).filter((status) => status === '200' || status === '201');
        return made.length === 2 ? [`${method} ${path}`] : [];
      }),
    );
    expect(both).toEqual(['post /api/v1/sales/payments']);
  });

  it('has every operation', () => {
    const operations = Object.entries(salesPaths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((key) => key !== 'parameters')
        .map((method) => `${method} ${path.replace('/api/v1/sales', '')}`),
    );
    expect(operations).toEqual([
      'get /orders',
      'post /orders',
      'get /orders/{orderId}',
      'patch /orders/{orderId}',
      'patch /orders/{orderId}/status',
      'get /products',
      'post /products',
      'get /products/{productId}',
      'patch /products/{productId}',
      'post /products/{productId}/stock',
      'get /invoices',
      'get /invoices/{invoiceId}',
      'get /invoices/{invoiceId}/document',
      'post /invoices/{invoiceId}/issue',
      'post /invoices/{invoiceId}/void',
      'get /payments',
      'post /payments',
    ]);
    expect(document.paths).toMatchObject(salesPaths);
  });

  it.each(Object.entries(salesExamples()))('has an example that its schema accepts: %s', (name, example) => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ ...document, $id: 'https://example.com/openapi.json' });
    const validate = ajv.compile({ $ref: `https://example.com/openapi.json#/components/schemas/${name}` });
    expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
  });
});
