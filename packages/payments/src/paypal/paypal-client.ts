import { TransportError } from '@oms/outbound';
import {
  ApiError,
  Client,
  Environment,
  OAuthAuthorizationController,
  OrdersController,
  PaymentsController,
  type ApiResponse,
  type OAuthToken,
} from '@paypal/paypal-server-sdk';

import type { ProviderFailure } from '../kit/provider-failure.js';
import { redactorOf } from '../kit/redaction.js';
import { operationIdOf, requestIdOf } from './operation-id.js';
import { readFailure, retryAfterMsOf, unreadable } from './paypal-failure.js';
import {
  readAuthorization,
  readCapture,
  readOrder,
  readRefund,
  type PayPalAuthorization,
  type PayPalCapture,
  type PayPalOrder,
  type PayPalRefund,
} from './paypal-objects.js';
import { createSdkTransport } from './sdk-transport.js';
import { TokenError, TokenSource, type AccessToken } from './token-source.js';

export interface PayPalConfig {
  /** The client id of the REST app. */
  readonly clientId: string;
  readonly clientSecret: string;
  readonly environment: 'sandbox' | 'live';
  /** The base URL of PayPal's API, with an optional path prefix. Only for the payment simulator. */
  readonly apiBaseUrl?: string;
  /** The deadline of one request. An operation makes up to four requests, and one more for a new access token. */
  readonly timeoutMs: number;
  /** The id that PayPal assigned to the webhook. Required to read webhooks. */
  readonly webhookId?: string;
  /** The certificates that sign webhooks. Only for the payment simulator. */
  readonly webhookCertificates?: {
    /** The origin of their addresses, such as `http://127.0.0.1:12111`. */
    readonly origin: string;
    /** The PEM of the authority that issues them. */
    readonly authority: string;
  };
}

/** PayPal's answer to a request. */
export type PayPalAnswer<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: ProviderFailure };

/** An amount in PayPal's notation. */
export interface PayPalMoney {
  readonly value: string;
  readonly currency: string;
}

/** The requests that this adapter makes. Failures of PayPal or of the network are results, never thrown. */
export interface PayPalClient {
  getAuthorization(id: string): Promise<PayPalAnswer<PayPalAuthorization>>;
  capture(authorizationId: string, money: PayPalMoney, key: string): Promise<PayPalAnswer<PayPalCapture>>;
  void(authorizationId: string, key: string): Promise<PayPalAnswer<PayPalAuthorization>>;
  getCapture(id: string): Promise<PayPalAnswer<PayPalCapture>>;
  refund(captureId: string, money: PayPalMoney, key: string): Promise<PayPalAnswer<PayPalRefund>>;
  getRefund(id: string): Promise<PayPalAnswer<PayPalRefund>>;
  getOrder(id: string): Promise<PayPalAnswer<PayPalOrder>>;
}

const baseUrls = {
  sandbox: 'https://api-m.sandbox.paypal.com',
  live: 'https://api-m.paypal.com',
} as const satisfies Record<PayPalConfig['environment'], string>;

/** Requests complete objects with their amounts, instead of id and status alone. */
const prefer = 'return=representation';

/**
 * Connects the official SDK without its retries, with a deadline for each request and access tokens on demand.
 *
 * @throws TypeError for an invalid configuration
 */
export function createPayPalClient(config: PayPalConfig): PayPalClient {
  const { payments, orders } = connect(config);
  const ask = createAsk(redactorOf(config.clientSecret, config.clientId, basicOf(config)));
  return {
    getAuthorization: (authorizationId) =>
      ask(() => payments.getAuthorizedPayment({ authorizationId }), readAuthorization),
    capture: (authorizationId, { value, currency }, key) => {
      const body = {
        amount: { currencyCode: currency, value },
        // Releases the rest of the authorisation: this system captures an authorisation once.
        finalCapture: true,
        // If the account blocks duplicate invoice ids, PayPal refuses a second capture with this one
        // (DUPLICATE_INVOICE_ID).
        invoiceId: operationIdOf(key),
      };
      const paypalRequestId = requestIdOf(key);
      return ask(
        () => payments.captureAuthorizedPayment({ authorizationId, paypalRequestId, prefer, body }),
        readCapture,
      );
    },
    void: (authorizationId, key) => {
      const paypalRequestId = requestIdOf(key);
      return ask(() => payments.voidPayment({ authorizationId, paypalRequestId, prefer }), readAuthorization);
    },
    getCapture: (captureId) => ask(() => payments.getCapturedPayment({ captureId }), readCapture),
    refund: (captureId, { value, currency }, key) => {
      const body = { amount: { currencyCode: currency, value }, customId: operationIdOf(key) };
      const paypalRequestId = requestIdOf(key);
      return ask(
        () => payments.refundCapturedPayment({ captureId, paypalRequestId, prefer, body }),
        readRefund,
      );
    },
    getRefund: (refundId) => ask(() => payments.getRefund({ refundId }), readRefund),
    getOrder: (id) => ask(() => orders.getOrder({ id }), readOrder),
  };
}

function connect(config: PayPalConfig): { payments: PaymentsController; orders: OrdersController } {
  const { clientId, clientSecret, environment, timeoutMs } = config;
  for (const [what, text] of Object.entries({ 'client id': clientId, 'client secret': clientSecret })) {
    if (!/^[\x21-\x7e]+$/.test(text)) {
      throw new TypeError(`the PayPal ${what} must not be empty and must have no spaces`);
    }
  }
  const tokens = new TokenSource((): Promise<AccessToken> => fetchToken(oauth, clientId, clientSecret));
  const client: Client = new Client({
    environment: environment === 'live' ? Environment.Production : Environment.Sandbox,
    clientCredentialsAuthCredentials: {
      oAuthClientId: clientId,
      oAuthClientSecret: clientSecret,
      // Prevents the SDK from fetching tokens by itself. The transport sets the header.
      oAuthToken: { accessToken: 'set-by-the-transport', tokenType: 'Bearer' },
    },
    httpClientOptions: { timeout: 0, retryConfig: { maxNumberOfRetries: 0, retryOnTimeout: false } },
    unstable_httpClientOptions: {
      adapter: createSdkTransport({ baseUrl: baseUrlOf(config), timeoutMs, tokens }),
    },
  });
  const oauth = new OAuthAuthorizationController(client);
  return { payments: new PaymentsController(client), orders: new OrdersController(client) };
}

export function baseUrlOf({ apiBaseUrl, environment }: PayPalConfig): URL {
  const url = new URL(apiBaseUrl ?? baseUrls[environment]);
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.search !== '' || url.hash !== '') {
    throw new TypeError("the base URL of PayPal's API must be http or https and have no query");
  }
  return url;
}

const basicOf = ({ clientId, clientSecret }: Pick<PayPalConfig, 'clientId' | 'clientSecret'>): string =>
  Buffer.from(`${clientId}:${clientSecret}`).toString('base64');

/** @throws TokenError */
async function fetchToken(
  oauth: OAuthAuthorizationController,
  clientId: string,
  clientSecret: string,
): Promise<AccessToken> {
  const authorization = `Basic ${basicOf({ clientId, clientSecret })}`;
  let token: OAuthToken;
  try {
    ({ result: token } = await oauth.requestToken({ authorization }));
  } catch (error) {
    throw new TokenError(describeTokenFailure(error), tokenRetryAfterMs(error), error);
  }
  return { value: token.accessToken, lifetimeMs: Number(token.expiresIn ?? 0) * 1_000 };
}

function describeTokenFailure(error: unknown): string {
  if (error instanceof TransportError) return `PayPal gives no access token: ${error.message}`;
  if (!(error instanceof ApiError)) return 'PayPal gave an access token that cannot be read';
  return error.statusCode === 400 || error.statusCode === 401 || error.statusCode === 403
    ? `PayPal refuses this system's credentials (HTTP ${error.statusCode})`
    : `PayPal gives no access token (HTTP ${error.statusCode})`;
}

function tokenRetryAfterMs(error: unknown): number | undefined {
  return error instanceof ApiError ? retryAfterMsOf(error.headers) : undefined;
}

/** Makes the function that sends a request and reads the answer or the failure. */
function createAsk(redact: (text: string) => string) {
  return async <Value>(
    request: () => Promise<ApiResponse<unknown>>,
    read: (raw: unknown) => Value | undefined,
  ): Promise<PayPalAnswer<Value>> => {
    try {
      const { result } = await request();
      const value = read(result);
      return value === undefined ? { ok: false, failure: unreadable() } : { ok: true, value };
    } catch (error) {
      return { ok: false, failure: readFailure(error, redact) };
    }
  };
}
