// The modules themselves and not the package: the whole SDK takes most of a second and 50 MB to load, of which this
// adapter would use a hundredth. The version is pinned, so these paths do not move by themselves.
import clientModule from '@adyen/api-library/lib/src/client.js';
import { EnvironmentEnum } from '@adyen/api-library/lib/src/config.js';
import { ModificationsApi } from '@adyen/api-library/lib/src/services/checkout/modificationsApi.js';
import { z } from 'zod';

import type { ProviderFailure } from '../kit/provider-failure.js';
import { redactorOf } from '../kit/redaction.js';
import { readFailure, unreadable } from './adyen-failure.js';
import { AdyenTransport } from './adyen-transport.js';

// A default export of CommonJS: Node leaves it wrapped, loaders of tests and bundles may have unwrapped it.
const Client = 'default' in clientModule ? clientModule.default : clientModule;

export interface AdyenConfig {
  /** Of an API credential with the role "Checkout webservice role" and permission to capture, cancel and refund. */
  readonly apiKey: string;
  readonly merchantAccount: string;
  readonly environment: 'TEST' | 'LIVE';
  /** The company's own part of the live host's name. Required for LIVE. */
  readonly liveEndpointUrlPrefix?: string;
  /** Where Adyen's API is, in place of its test host; may have a path. Only for servers other than Adyen's own. */
  readonly apiBaseUrl?: string;
  /** The limit of one request's whole duration. */
  readonly timeoutMs: number;
}

/** A modification that Adyen has taken: its own reference, and the request that this key belongs to. */
export interface TakenModification {
  readonly pspReference: string;
  readonly amount?: { readonly value: number; readonly currency: string } | undefined;
}

/** Adyen's answer to a request. */
export type AdyenAnswer =
  | { readonly ok: true; readonly taken: TakenModification }
  | { readonly ok: false; readonly failure: ProviderFailure };

/** A modification as it is asked for. */
export interface AskedModification {
  /** The PSP reference of the payment. */
  readonly payment: string;
  /** Idempotency key, and the reference that notifications repeat. */
  readonly operation: string;
}

export interface AskedMoney extends AskedModification {
  readonly amount: { readonly value: number; readonly currency: string };
}

/** The calls of this adapter. None of them throws for a fault of Adyen or the network. */
export interface AdyenClient {
  capture(asked: AskedMoney): Promise<AdyenAnswer>;
  cancel(asked: AskedModification): Promise<AdyenAnswer>;
  refund(asked: AskedMoney): Promise<AdyenAnswer>;
}

const takenSchema = z.object({
  paymentPspReference: z.string(),
  pspReference: z.string().min(1),
  status: z.literal('received'),
  amount: z.object({ value: z.int(), currency: z.string() }).optional(),
});

/**
 * Connects the official SDK (Checkout API v72) over a transport with a deadline for each request and no retries.
 *
 * @throws TypeError for an invalid configuration
 */
export function createAdyenClient(config: AdyenConfig): AdyenClient {
  const api = connect(config);
  const redact = redactorOf(config.apiKey);
  const { merchantAccount } = config;
  const ask = async (payment: string, request: () => Promise<unknown>): Promise<AdyenAnswer> => {
    try {
      const parsed = takenSchema.safeParse(await request());
      // An answer about another payment belongs to an earlier request with the same key.
      return parsed.success && parsed.data.paymentPspReference === payment
        ? { ok: true, taken: parsed.data }
        : { ok: false, failure: unreadable() };
    } catch (error) {
      return { ok: false, failure: readFailure(error, redact) };
    }
  };
  return {
    capture: ({ payment, operation, amount }) => {
      const body = { merchantAccount, amount, reference: operation };
      const options = { idempotencyKey: operation };
      return ask(payment, () => api.captureAuthorisedPayment(payment, body, options));
    },
    cancel: ({ payment, operation }) => {
      const body = { merchantAccount, reference: operation };
      const options = { idempotencyKey: operation };
      return ask(payment, () => api.cancelAuthorisedPaymentByPspReference(payment, body, options));
    },
    refund: ({ payment, operation, amount }) => {
      const body = { merchantAccount, amount, reference: operation };
      const options = { idempotencyKey: operation };
      return ask(payment, () => api.refundCapturedPayment(payment, body, options));
    },
  };
}

function connect(config: AdyenConfig): ModificationsApi {
  const { apiKey, merchantAccount, environment, liveEndpointUrlPrefix, timeoutMs } = config;
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new TypeError('the Adyen API key must not be empty and must have no spaces');
  }
  if (!/^\w+$/.test(merchantAccount)) {
    throw new TypeError('the Adyen merchant account must be its name: letters, digits and underscores');
  }
  if (environment === 'LIVE' && !/^[A-Za-z0-9-]+$/.test(liveEndpointUrlPrefix ?? '')) {
    throw new TypeError("Adyen's live environment needs the live endpoint URL prefix, and nothing but it");
  }
  const sdkConfig = {
    environment: EnvironmentEnum[environment],
    ...(liveEndpointUrlPrefix === undefined ? {} : { liveEndpointUrlPrefix }),
  };
  const transport = new AdyenTransport({ apiKey, timeoutMs, ...baseOf(config) });
  return new ModificationsApi(new Client(sdkConfig, transport));
}

function baseOf({ apiBaseUrl, environment }: AdyenConfig): { apiBaseUrl?: URL } {
  if (apiBaseUrl === undefined) return {};
  if (environment === 'LIVE') {
    throw new TypeError("the base URL of Adyen's API can be set for the environment TEST only");
  }
  const url = new URL(apiBaseUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError("the base URL of Adyen's API must be http or https");
  }
  return { apiBaseUrl: url };
}
