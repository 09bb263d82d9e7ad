// The store of every resource in `contracts/http/openapi/resources`. The gateway serves each.
export { apiKeyStore } from '../api-keys/api-keys.js';
export { settingsStore } from '../settings/settings.js';
