export { AddressGuard, isAddressRange } from './exchange/address-guard.js';
export { foreignUrlSchema } from './exchange/foreign-url.js';
export {
  HttpExchange,
  TransportError,
  type ExchangeOptions,
  type HttpAnswer,
  type HttpRequest,
} from './exchange/http-exchange.js';
export { readRetryAfter } from './exchange/retry-after.js';
export { createRedactor, excerpt, type Redact } from './secrets/redact.js';
export { SealedError, SecretBox } from './secrets/secret-box.js';
