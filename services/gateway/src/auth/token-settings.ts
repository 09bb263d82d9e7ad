import type { Logger } from '@oms/observability';

import type { GatewayConfig } from '../gateway-config.js';
import { devKey } from './dev-key.js';
import { jwksKeys } from './jwks-keys.js';
import type { TokenKeys, TokenRules } from './token-verifier.js';

const daySeconds = 86_400;

/** The keys from the configuration: the issuer's published keys, or the development secret. */
export function tokenKeys(config: GatewayConfig, log: Logger): TokenKeys {
  if (config.JWT_DEV_SECRET !== undefined) return devKey(config.JWT_DEV_SECRET);
  if (config.JWT_JWKS_URL === undefined) throw new Error('there are no keys to verify tokens with');
  return jwksKeys({
    url: config.JWT_JWKS_URL,
    clock: () => performance.now(),
    onFetchFailed: (error) =>
      log.warn({ err: error, url: config.JWT_JWKS_URL }, 'the keys cannot be fetched'),
  });
}

/** The rules for a token's claims. Development tokens are made by hand and may live for a month. */
export function tokenRules(config: GatewayConfig): TokenRules {
  return {
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
    maxAgeSeconds:
      config.JWT_MAX_AGE_SECONDS ?? (config.JWT_DEV_SECRET === undefined ? daySeconds : 31 * daySeconds),
  };
}
