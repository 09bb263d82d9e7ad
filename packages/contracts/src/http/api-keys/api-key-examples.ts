const key = {
  id: 'd4e5f6a7-b8c9-4012-8def-456789012345',
  name: 'storefront',
  prefix: 'sk_Zk3xW9aQ',
  scopes: ['order:read', 'order:write'],
  status: 'active',
  created_at: '2026-11-21T09:00:00.000Z',
  created_by: 'user-1',
  expires_at: '2027-11-21T00:00:00.000Z',
  revoked_at: null,
  rotated_at: null,
  previous_secret_valid_until: null,
  last_used_at: null,
};

export const apiKeyExamples = {
  ApiKey: key,
  ApiKeyWithSecret: { ...key, secret: 'sk_Zk3xW9aQ…' },
  ApiKeyList: { api_keys: [key], limit: 50, next_cursor: null },
} as const;
