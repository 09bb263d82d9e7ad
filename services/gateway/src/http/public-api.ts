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

/** The differences between the APIs: who may come in, and how they say no. Neither holds a rule of its own. */
interface PublicApi {
  /** Whether a request must name its tenant and organisation beside its token. */
  readonly needsTenantHeaders: boolean;
  /** Whether it has a 503 while the database is away. */
  readonly hasUnavailable: boolean;
  /** The status of a decision by a rule. */
  readonly ruleStatus: 400 | 422;
  /** The status of what may succeed a little later. */
  readonly laterStatus: 500 | 503;
  /** The possible statuses of an order, as a client can ask for them. */
  readonly allowedNamed: (allowed: readonly string[]) => readonly string[];
  /** The UUID of the order that a path names; `undefined` for a text that can be no order's id. */
  readonly orderIdOf: (text: string) => string | undefined;
  /** An order that is accepted and not recorded yet. */
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

/** Of each API. Webhooks name no order. */
export const publicApis: Readonly<Record<Api, PublicApi>> = {
  [Api.Orders]: {
    needsTenantHeaders: true,
    hasUnavailable: false,
    // Its table of statuses has no 422 and no 503.
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
};

/** The API of a path, also where nothing is at that path. */
export function apiOf(path: string): Api {
  if (path.startsWith('/api/v1/sales/')) return Api.Sales;
  if (path.startsWith('/v1/')) return Api.Commerce;
  return path.startsWith('/webhooks/') ? Api.Webhooks : Api.Orders;
}

/** The one place that gives a refusal its status. Any code that is not in the table is a rule's. */
export function statusOf(api: Api, code: string): RefusalStatus {
  const { ruleStatus, laterStatus } = publicApis[api];
  const status = statuses[code as RefusalCode] ?? 'rule';
  if (status === 'rule') return ruleStatus;
  return status === 'later' ? laterStatus : status;
}

/** The Commerce API names the cancellation reasons of orders beside these, as decisions of a rule. */
const statuses: Readonly<Record<RefusalCode, RefusalStatus | 'rule' | 'later'>> = {
  [RefusalCode.InvalidRequest]: 400,
  [RefusalCode.InvalidAuth]: 401,
  [RefusalCode.Forbidden]: 403,
  [RefusalCode.NotFound]: 404,
  [RefusalCode.PartNotFound]: 404,
  [RefusalCode.TooLarge]: 413,
  [RefusalCode.RateLimited]: 429,
  [RefusalCode.Internal]: 500,
  [RefusalCode.Unavailable]: 'later',
  [RefusalCode.DatabaseUnavailable]: 503,
  [RefusalCode.TransitionNotAllowed]: 'rule',
  [RefusalCode.QuantityNotAvailable]: 'rule',
  [RefusalCode.AmountNotAvailable]: 'rule',
  [RefusalCode.CurrencyMismatch]: 'rule',
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
  [RefusalCode.PaymentNotUnknown]: 'rule',
  [RefusalCode.StatementNotPossible]: 'rule',
  [RefusalCode.ContradictsProvider]: 'rule',
  [RefusalCode.IdempotencyConflict]: 'rule',
  [RefusalCode.RecordRefused]: 'rule',
  [RefusalCode.Malformed]: 'rule',
};

/**
 * A draft is confirmed by a client; an order becomes `pending` on the way, and `confirmed` by itself, which is not for a
 * client to ask for.
 */
function withoutPending(allowed: readonly string[]): readonly string[] {
  return allowed
    .filter((status) => status !== OrderStatus.Confirmed)
    .map((status) => (status === OrderStatus.Pending ? OrderStatus.Confirmed : status));
}

/** A refusal in the words of an API. */
export function inWordsOf(api: Api, refusal: Refusal<string>): Refusal<string> {
  const { details } = refusal;
  if (!details?.allowed) return refusal;
  const allowed = publicApis[api].allowedNamed(details.allowed);
  const told = { ...refusal, details: { ...details, allowed } };
  return { ...told, message: sayRefusal(told) };
}
