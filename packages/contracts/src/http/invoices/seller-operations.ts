import { Api } from '../kit/api.js';
import { defineOperation } from '../kit/define-operation.js';
import { done } from '../kit/done.js';
import { Permission } from '../kit/permission.js';
import { renderSeller, replaceSellerBody, sellerResource, toSeller } from './seller-schemas.js';

const body = {
  legal_name: 'Brightside Trading Ltd',
  address: { line1: '12 Mill Lane', city: 'Bath', postal_code: 'BA1 1AA', country: 'GB' },
  tax_ids: [{ name: 'VAT ID', value: 'GB123456789' }],
  contact: 'billing@brightside.example, +44 1225 000000',
  bank_details: 'IBAN GB33 BUKB 2020 1555 5555 55',
  payment_terms: 'Please name the number of the invoice.',
  payment_due_days: 30,
};
const seller = renderSeller(toSeller(body));

export const getSeller = defineOperation({
  id: 'getSeller',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/oms/seller',
  permission: Permission.SettingsManage,
  tag: 'Settings',
  summary: 'Get the seller of your organization',
  answers: { 200: { description: 'The seller.', schema: sellerResource, example: seller } },
  refusals: { 404: true },
  idempotency: 'none',
});

export const replaceSeller = defineOperation({
  id: 'replaceSeller',
  api: Api.Orders,
  method: 'PUT',
  path: '/api/v1/oms/seller',
  permission: Permission.SettingsManage,
  tag: 'Settings',
  summary: 'Set the seller of your organization',
  description:
    'Replaces the one before as a whole. Invoices that are issued from then on name it; an issued invoice keeps the seller that it was issued with.',
  body: { schema: replaceSellerBody, example: body },
  answers: { 200: done(sellerResource, seller, 'The seller as it is now.') },
  refusals: { 503: true },
  idempotency: 'header',
});
