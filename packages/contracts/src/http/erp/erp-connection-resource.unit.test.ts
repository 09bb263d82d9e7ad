import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';

import { parseBody } from '../kit/parse-operation.js';
import { openApiDocument } from '../openapi/open-api-document.js';
import { renderErpConnection, toConnectErp } from './erp-connection-resource.js';
import { connectErp } from './erp-operations.js';

const document = openApiDocument();
const parseConnectErp = (body: unknown) => toConnectErp(parseBody(connectErp, body));

function validatorOf(name: string) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: 'https://example.com/openapi.json' });
  return ajv.compile({ $ref: `https://example.com/openapi.json#/components/schemas/${name}` });
}

const tryton = {
  kind: 'tryton',
  url: 'https://erp.example.com',
  database: 'shop',
  user: 'oms',
  password: 'secret',
  products: { policy: 'create', account_category: 'Goods' },
  parties: { policy: 'create' },
  adjustment_products: { tax: 'OMS-TAX', shipping: null },
  guest_party_code: null,
  confirm_from: 'confirmed',
};

describe('the settings of an ERP', () => {
  it('are parsed into the names of its adapter, without null values', () => {
    expect(parseConnectErp(tryton)).toEqual({
      kind: 'tryton',
      settings: {
        ...{ url: 'https://erp.example.com', database: 'shop', user: 'oms', password: 'secret' },
        products: { policy: 'create', accountCategory: 'Goods' },
        parties: { policy: 'create' },
        adjustmentProducts: { tax: 'OMS-TAX' },
        confirmFrom: 'confirmed',
      },
    });
  });

  it('are shown under the names and with the schema of the API', () => {
    const { kind, settings } = parseConnectErp(tryton);
    const { password: _, ...kept } = settings;
    const shown = renderErpConnection({
      ...{ kind, settings: kept, connectedAt: '2026-11-22T09:00:00.000Z', connectedBy: 'user-42' },
    });
    expect(shown).toMatchObject({ products: { policy: 'create', account_category: 'Goods' } });
    const validate = validatorOf('ErpConnection');
    expect(validate(shown), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each([
    [undefined, 'the body is required'],
    [{}, 'kind must be one of: push, tryton'],
    [{ kind: 'sap' }, 'kind must be one of: push, tryton'],
    [{ kind: 'push', url: 'https://erp.example.com' }, 'signing_secret is required'],
    [{ ...tryton, password: undefined }, 'password is required'],
    [{ ...tryton, signing_secret: 'x' }, 'signing_secret is not a known field'],
    [{ ...tryton, parties: { policy: 'ask' } }, 'parties.policy must be one of: refuse, create'],
  ])('are refused: %j', (body, message) => {
    expect(() => parseConnectErp(body)).toThrow(message);
  });
});
