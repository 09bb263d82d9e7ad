import { RefusalCode } from '@oms/domain';
import type { OpenApiDocument } from '@oms/contracts/http';
import type { Logger } from '@oms/observability';
import express, { type Express } from 'express';

import { assertScope } from './auth/authenticate-api-key.js';
import type { Authenticate } from './auth/authenticate.js';
import { resourceRoutes, type ResourceRoutesDeps } from './commands/serve-resource.js';
import { apiRoutes } from './http/api-routes.js';
import type { ApiRoute } from './http/serve-operation.js';
import { HttpRefusal } from './http/refuse.js';
import { renderErrors } from './http/render.js';
import { requestContext } from './http/request-context.js';
import { securityHeaders } from './http/security-headers.js';
import { wellFormedUrl } from './http/well-formed-url.js';
import { limitPrincipals, rateLimit, type RateLimitDeps } from './rate-limit/rate-limit.js';
import { trustedProxies } from './rate-limit/trusted-proxies.js';
import type { CommerceRoutesDeps } from './routes/orders/commerce/commerce-deps.js';
import { commerceRoutes } from './routes/orders/commerce/commerce-routes.js';
import { docsRoutes } from './routes/docs/docs-routes.js';
import { healthRoutes, isHealthPath, type HealthRoutesDeps } from './routes/health/health-routes.js';
import { erpRoutes, type ErpRoutesDeps } from './routes/erp/erp-routes.js';
import { linkRoutes } from './routes/invoices/link-routes.js';
import { sellerRoutes, type SellerRoutesDeps } from './routes/invoices/seller-routes.js';
import type { OrderChangeRoutesDeps } from './routes/orders/changes/change-route.js';
import { orderChangeRoutes } from './routes/orders/changes/order-change-routes.js';
import { knowingAccepted } from './routes/orders/knowing-accepted.js';
import { orderRoutes, type OrderRoutesDeps } from './routes/orders/order-routes.js';
import type { SalesRoutesDeps } from './routes/sales/sales-deps.js';
import { salesRoutes } from './routes/sales/sales-routes.js';
import { isWebhook, webhookRoutes, type WebhookRoutesDeps } from './routes/webhooks/webhook-routes.js';
import type { AcceptedOrders } from './temporal/accepted-orders.js';

export interface GatewayDeps
  extends
    OrderRoutesDeps,
    OrderChangeRoutesDeps,
    SalesRoutesDeps,
    ResourceRoutesDeps,
    CommerceRoutesDeps,
    ErpRoutesDeps,
    SellerRoutesDeps,
    HealthRoutesDeps,
    WebhookRoutesDeps {
  readonly log: Logger;
  readonly authenticate: Authenticate;
  /** Finds orders that are accepted and not yet recorded, for every route with an order's id. */
  readonly accepted: AcceptedOrders;
  /** Authenticates callers of the Commerce API. */
  readonly authenticateApiKey: Authenticate;
  /**
   * The rate limit by token subject or API key, in addition to the limit by address. By default, only addresses are
   * limited.
   */
  readonly principalLimit?: RateLimitDeps;
  /** The proxies whose `X-Forwarded-For` is trusted: a number of hops or a list of addresses. None by default. */
  readonly trustProxy?: number | readonly string[];
  /** The OpenAPI document. */
  readonly openApi: OpenApiDocument;
}

/** The routes that need a token. */
export function routesByToken(deps: GatewayDeps): readonly ApiRoute[] {
  return [
    ...orderRoutes(deps),
    ...orderChangeRoutes(deps),
    ...salesRoutes(deps),
    ...resourceRoutes(deps),
    ...erpRoutes(deps),
    ...sellerRoutes(deps),
  ];
}

/**
 * Makes a function that tells whether an address is a proxy that `trustProxy` names, by the same rule as
 * `request.ip`.
 */
export function isProxyOf(app: Express): (address: string) => boolean {
  // Express compiles the setting `trust proxy` to this function of an address and its distance in hops.
  const isTrusted = app.get('trust proxy fn') as (address: string, hops: number) => boolean;
  return (address) => isTrusted(address, 0);
}

/** Makes the application that serves all HTTP requests. Opens no port and no connection. */
export function createGatewayApp(deps: GatewayDeps): Express {
  const app = express();
  const byToken = routesByToken(deps);
  const byApiKey = commerceRoutes(deps);
  app.set('case sensitive routing', true);
  // The APIs have no status 304, and no answer may be cached.
  app.set('etag', false);
  app.set('trust proxy', trustedProxies(deps.trustProxy ?? 0));

  app.use(requestContext(deps.log), securityHeaders());
  app.use(rateLimit(deps.rateLimit, (request) => isHealthPath(request.path) || isWebhook(deps, request)));
  app.use(wellFormedUrl());
  app.use(
    healthRoutes(deps),
    docsRoutes(deps.openApi),
    webhookRoutes(deps),
    linkRoutes(deps),
    apiRoutes(knowingAccepted(byToken, deps.accepted), {
      authenticate: deps.authenticate,
      limit: limitPrincipals(deps.principalLimit),
    }),
    apiRoutes(knowingAccepted(byApiKey, deps.accepted), {
      authenticate: deps.authenticateApiKey,
      assertMay: assertScope,
      limit: limitPrincipals(deps.principalLimit),
    }),
  );
  app.use(() => {
    throw new HttpRefusal(RefusalCode.NotFound, 'there is nothing at this path');
  });
  app.use(renderErrors());
  return app;
}
