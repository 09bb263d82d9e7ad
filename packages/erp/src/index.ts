export * from './erp-connector.js';
export * from './erp-order.js';
export * from './erp-connection.js';
export { PushConnector } from './push/push-connector.js';
export { pushSettingsSchema, type PushSettings } from './push/push-settings.js';
export { defaultErpNetwork, type ErpNetwork } from './transport/erp-network.js';
export { TrytonConnector } from './tryton/tryton-connector.js';
export { trytonSettingsSchema, type TrytonSettings } from './tryton/tryton-settings.js';
