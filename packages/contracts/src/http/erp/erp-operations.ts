import {
  connectErpBody,
  disconnectedErpResource,
  erpConnectionResource,
  erpTestResource,
} from './erp-connection-resource.js';
import { Api } from '../kit/api.js';
import { defineOperation } from '../kit/define-operation.js';
import { Permission } from '../kit/permission.js';

export const getErp = defineOperation({
  id: 'getErp',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/oms/erp',
  permission: Permission.ErpManage,
  tag: 'ERP',
  summary: 'Get the ERP, without its secrets',
  answers: {
    200: {
      description: 'The ERP.',
      schema: erpConnectionResource,
      example: {
        kind: 'push',
        url: 'https://erp.example.com/orders',
        connected_at: '2026-11-22T09:00:00.000Z',
        connected_by: 'user-42',
      },
    },
  },
  refusals: { 404: true },
  idempotency: 'none',
});

export const connectErp = defineOperation({
  id: 'connectErp',
  api: Api.Orders,
  method: 'PUT',
  path: '/api/v1/oms/erp',
  permission: Permission.ErpManage,
  tag: 'ERP',
  summary: 'Connect an ERP',
  description:
    'Replaces the one before as a whole. New orders are kept in it from now on; older ones when a `resync` of them is asked for. Secrets are sealed before they are kept, and never shown.',
  body: {
    schema: connectErpBody,
    example: {
      kind: 'push',
      url: 'https://erp.example.com/orders',
      signing_secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
    },
  },
  answers: {
    200: {
      description: 'The ERP is connected.',
      schema: erpConnectionResource,
      example: {
        kind: 'push',
        url: 'https://erp.example.com/orders',
        connected_at: '2026-11-22T09:00:00.000Z',
        connected_by: 'user-42',
      },
      headers: ['Idempotent-Replayed'],
    },
  },
  refusals: { 404: true, 503: true },
  idempotency: 'header',
});

export const disconnectErp = defineOperation({
  id: 'disconnectErp',
  api: Api.Orders,
  method: 'DELETE',
  path: '/api/v1/oms/erp',
  permission: Permission.ErpManage,
  tag: 'ERP',
  summary: 'Disconnect the ERP',
  description: 'What the ERP has, it keeps. What is not there yet is refused.',
  answers: {
    200: {
      description: 'The ERP is disconnected.',
      schema: disconnectedErpResource,
      example: { kind: 'push', status: 'disconnected' },
      headers: ['Idempotent-Replayed'],
    },
  },
  refusals: { 404: true, 503: true },
  idempotency: 'header',
});

export const testErp = defineOperation({
  id: 'testErp',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/oms/erp/test',
  permission: Permission.ErpManage,
  tag: 'ERP',
  summary: 'Try the ERP',
  description: 'Whether orders could be brought there. Changes nothing at the ERP.',
  answers: {
    200: {
      description: 'What became of it.',
      schema: erpTestResource,
      example: { works: true, message: 'erp.example.com takes what is signed with this secret' },
    },
  },
  refusals: { 404: true },
  idempotency: 'none',
});
