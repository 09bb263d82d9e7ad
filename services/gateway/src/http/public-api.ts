import {
  Api,
  orderIdOfCommerce,
  orderIdOfSales,
  renderAcceptedCommerceOrder,
  renderAcceptedOrder,
  renderAcceptedSalesOrder,
  uuidOf,
  type RefusalStatus,
} from '@oms/contracts/http';
import { OrderStatus, RefusalCode, sayRefusal, type CancellationReason, type Refusal } from '@oms/domain';

/**
 * The differences between the APIs: authentication headers, statuses and words of refusals. No API has business rules
 * of its own.
 */
interface PublicApi {
  /** Whether a request must name its tenant and organisation beside its token. */
  readonly needsTenantHeaders: boolean;
  /** Whether authentication answers 503 while the database is away. */
  readonly hasUnavailable: boolean;
  /** The status of a refusal by a business rule. */
  readonly ruleStatus: 400 | 422;
  /** The status of a request that can succeed when it is repeated a little later. */
  readonly laterStatus: 500 | 503;
  /** Converts the statuses that an order may take next to those that a client of this API may request. */
  readonly allowedNamed: (allowed: readonly string[]) => readonly string[];
  /** The UUID of the order that a path names; `undefined` for a text that cannot be an order's id. */
  readonly orderIdOf: (text: string) => string | undefined;
  /** Renders an order that is accepted and not yet recorded. */
  readonly renderAccepted: (orderId: string, cancelledFor?: CancellationReason) => unknown;
}

const same = (allowed: readonly string[]): readonly string[] => allowed;

const sales: PublicApi = {
  needsTenantHeaders: false,
  hasUnavailable: false,
  ruleStatus: 422,
  laterStatus: 503,
  allowedNamed: withoutPending,
  orderIdOf: orderIdOfSales,
  renderAccepted: renderAcceptedSalesOrder,
};

/** The differences by API. The paths of webhooks and links name no order. */
export const publicApis: Readonly<Record<Api, PublicApi>> = {
  [Api.Orders]: {
    needsTenantHeaders: true,
    hasUnavailable: false,
    // The Orders API has neither 422 nor 503.
    ruleStatus: 400,
    laterStatus: 500,
    allowedNamed: same,
    orderIdOf: uuidOf,
    renderAccepted: renderAcceptedOrder,
  },
  [Api.Sales]: sales,
  [Api.Commerce]: {
    ...sales,
    hasUnavailable: true,
    allowedNamed: same,
    orderIdOf: orderIdOfCommerce,
    renderAccepted: renderAcceptedCommerceOrder,
  },
  [Api.Webhooks]: { ...sales, ruleStatus: 400, orderIdOf: () => undefined },
  [Api.Links]: { ...sales, hasUnavailable: true, orderIdOf: () => undefined },
};

/** The API of a path, also of a path that has no operation. */
export function apiOf(path: string): Api {
  if (/^\/api\/v1\/(sales|operations)\//.test(path)) return Api.Sales;
  if (path.startsWith('/v1/')) return Api.Commerce;
  if (path.startsWith('/links/')) return Api.Links;
  return path.startsWith('/webhooks/') ? Api.Webhooks : Api.Orders;
}

/** The status of a refusal, decided here alone. A code outside of the table is a business rule's. */
export function statusOf(api: Api, code: string): RefusalStatus {
  const { ruleStatus, laterStatus } = publicApis[api];
  const status = statuses[code as RefusalCode] ?? 'rule';
  if (status === 'rule') return ruleStatus;
  return status === 'later' ? laterStatus : status;
}

/**
 * The status of each code. The Commerce API also uses cancellation reasons of orders as codes; those have the status
 * of a rule.
 */
const statuses: Readonly<Record<RefusalCode, RefusalStatus | 'rule' | 'later'>> = {
  [RefusalCode.InvalidRequest]: 400,
  [RefusalCode.InvalidAuth]: 401,
  [RefusalCode.Forbidden]: 403,
  [RefusalCode.NotFound]: 404,
  [RefusalCode.PartNotFound]: 404,
  [RefusalCode.NotAcceptable]: 406,
  [RefusalCode.TooLarge]: 413,
  [RefusalCode.RateLimited]: 429,
  [RefusalCode.Internal]: 500,
  [RefusalCode.Unavailable]: 'later',
  [RefusalCode.DatabaseUnavailable]: 503,
  [RefusalCode.TransitionNotAllowed]: 'rule',
  [RefusalCode.QuantityNotAvailable]: 'rule',
  [RefusalCode.AmountNotAvailable]: 'rule',
  [RefusalCode.AuthorizationTooSmall]: 'rule',
  [RefusalCode.NothingLeftToShip]: 'rule',
  [RefusalCode.GoodsNotReturned]: 'rule',
  [RefusalCode.CurrencyMismatch]: 'rule',
  [RefusalCode.RefundWindowOver]: 'rule',
  [RefusalCode.ReturnNotReady]: 'rule',
  [RefusalCode.OutOfStock]: 'rule',
  [RefusalCode.UnknownProduct]: 'rule',
  [RefusalCode.UnknownSku]: 'rule',
  [RefusalCode.AmbiguousSku]: 'rule',
  [RefusalCode.ExternalIdInUse]: 'rule',
  [RefusalCode.ReferenceInUse]: 'rule',
  [RefusalCode.Taken]: 409,
  [RefusalCode.StaleVersion]: 409,
  [RefusalCode.Archived]: 'rule',
  [RefusalCode.NotConfirmed]: 'rule',
  [RefusalCode.PaymentFailed]: 'rule',
  [RefusalCode.SplitShipmentRefused]: 'rule',
  [RefusalCode.PaymentRefunded]: 'rule',
  [RefusalCode.PaymentDisputed]: 'rule',
  [RefusalCode.PaymentNotUnknown]: 'rule',
  [RefusalCode.StatementNotPossible]: 'rule',
  [RefusalCode.ContradictsProvider]: 'rule',
  [RefusalCode.IdempotencyConflict]: 'rule',
  [RefusalCode.RecordRefused]: 'rule',
  [RefusalCode.Interrupted]: 'rule',
  [RefusalCode.Malformed]: 'rule',
};

/**
 * Replaces `pending` by `confirmed`: clients of the Sales API confirm a draft, which becomes `pending` first. They
 * cannot request the later step to `confirmed`, which the order takes by itself.
 */
function withoutPending(allowed: readonly string[]): readonly string[] {
  return allowed
    .filter((status) => status !== OrderStatus.Confirmed)
    .map((status) => (status === OrderStatus.Pending ? OrderStatus.Confirmed : status));
}

/** Rewrites a refusal with the statuses that clients of the API may request. */
export function inWordsOf(api: Api, refusal: Refusal<string>): Refusal<string> {
  const { details } = refusal;
  if (!details?.allowed) return refusal;
  const allowed = publicApis[api].allowedNamed(details.allowed);
  const told = { ...refusal, details: { ...details, allowed } };
  return { ...told, message: sayRefusal(told) };
}
