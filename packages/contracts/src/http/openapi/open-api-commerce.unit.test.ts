import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';

import { openApiDocument } from './open-api-document.js';
import { commerceExamples, commercePaths } from './open-api-commerce.js';
import { parseCommerceOrder } from '../orders/commerce/parse-commerce-order.js';

const document = openApiDocument();

describe('the documentation of the Commerce API', () => {
  it('has its paths, and those of its keys', () => {
    expect(document.paths).toMatchObject(commercePaths);
  });

  it('names both ways to present an API key, for its own operations alone', () => {
    expect(document).toMatchObject({
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer' },
          apiKeyHeader: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        },
      },
    });
    const either = [{ apiKey: [] }, { apiKeyHeader: [] }];
    expect(commercePaths).toMatchObject({
      '/v1/orders': { get: { security: either }, post: { security: either } },
      '/v1/orders/{orderID}': { get: { security: either } },
    });
    expect(commercePaths['/api/v1/api-keys']).not.toHaveProperty('get.security');
  });

  it.each(Object.entries(commerceExamples))('has an example that its schema accepts: %s', (name, example) => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ ...document, $id: 'https://example.com/openapi.json' });
    const validate = ajv.compile({ $ref: `https://example.com/openapi.json#/components/schemas/${name}` });
    expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
  });

  it('has an order as example that comes to the total of the example', () => {
    const { order } = parseCommerceOrder(
      '7c9e6679-7425-40de-944b-e07fc1f90ae7',
      commerceExamples.CreateCommerceOrder,
    );
    expect(order.totals.totalMinor).toBe(24_500);
  });
});
