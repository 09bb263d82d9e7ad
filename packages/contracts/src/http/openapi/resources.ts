// Every resource, in the order of the documentation. `database/src/resources` has the store of each.
export { apiKeys } from '../api-keys/api-keys.js';
export { settings } from '../settings/settings.js';
