import { apiKeyExamples } from './api-key-examples.js';
import {
  apiKeyListResource,
  apiKeyResource,
  apiKeyWithSecretResource,
  createApiKeyBody,
  listApiKeysParameters,
  rotateApiKeyBody,
} from './api-key-resource.js';
import { Api } from '../kit/api.js';
import { defineOperation } from '../kit/define-operation.js';
import { partUuid } from '../kit/path-parameters.js';
import { Permission } from '../kit/permission.js';

export const listApiKeys = defineOperation({
  id: 'listApiKeys',
  api: Api.Orders,
  method: 'GET',
  path: '/api/v1/api-keys',
  permission: Permission.ApiKeysManage,
  tag: 'API keys',
  summary: 'List API keys, without their secrets',
  description: 'Expired and revoked ones too. Follow `next_cursor` to read all of them.',
  query: listApiKeysParameters,
  answers: {
    200: { description: 'The keys.', schema: apiKeyListResource, example: apiKeyExamples.ApiKeyList },
  },
  idempotency: 'none',
});

export const createApiKey = defineOperation({
  id: 'createApiKey',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/api-keys',
  permission: Permission.ApiKeysManage,
  tag: 'API keys',
  summary: 'Create an API key',
  body: {
    schema: createApiKeyBody,
    example: {
      name: 'storefront',
      scopes: ['order:read', 'order:write'],
      expires_at: '2027-11-21T00:00:00.000Z',
    },
  },
  answers: {
    201: {
      description: 'The key with its secret, which is shown once: a repeated request is answered without it.',
      schema: apiKeyWithSecretResource,
      example: apiKeyExamples.ApiKeyWithSecret,
      headers: ['Idempotent-Replayed'],
    },
  },
  refusals: { 503: true },
  idempotency: 'header',
});

export const rotateApiKey = defineOperation({
  id: 'rotateApiKey',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/api-keys/{apiKeyID}/rotate',
  permission: Permission.ApiKeysManage,
  tag: 'API keys',
  summary: 'Give a key a new secret',
  params: { apiKeyID: partUuid },
  body: { schema: rotateApiKeyBody, example: { grace_period_seconds: 3600 }, isOptional: true },
  answers: {
    200: {
      description: 'The key.',
      schema: apiKeyWithSecretResource,
      example: apiKeyExamples.ApiKeyWithSecret,
      headers: ['Idempotent-Replayed'],
    },
  },
  refusals: { 503: true },
  idempotency: 'header',
});

export const revokeApiKey = defineOperation({
  id: 'revokeApiKey',
  api: Api.Orders,
  method: 'POST',
  path: '/api/v1/api-keys/{apiKeyID}/revoke',
  permission: Permission.ApiKeysManage,
  tag: 'API keys',
  summary: 'End a key for good',
  params: { apiKeyID: partUuid },
  answers: {
    200: {
      description: 'The key.',
      schema: apiKeyResource,
      example: apiKeyExamples.ApiKey,
      headers: ['Idempotent-Replayed'],
    },
  },
  refusals: { 503: true },
  idempotency: 'header',
});
