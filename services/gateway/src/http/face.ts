import {
  orderIdOfCommerce,
  orderIdOfSales,
  uuidOf,
  renderAcceptedCommerceOrder,
  renderAcceptedOrder,
  renderAcceptedSalesOrder,
} from '@oms/contracts/http';
import { OrderStatus, RefusalCode, type CancellationReason, type CommandRefusal } from '@oms/domain';

import type { ErrorStatus } from './http-error.js';

/**
 * One of the three APIs over the same orders. They differ in who may come in and in how they say no; neither holds a
 * rule of its own.
 */
export interface Face {
  /** What a decision against a change is called. */
  readonly statusOfRefusal: (code: RefusalCode) => ErrorStatus;
  /** What is said beside the message, where the face has a word for it. */
  /** A decision in the words of the face, where they are not those of the domain. */
  readonly messageOfRefusal?: (refusal: CommandRefusal) => string;
  /** Whether a request must say whose it is beside its token. */
  readonly needsTenantHeaders: boolean;
  /** Whether it has a 503, for a database that is away. */
  readonly hasUnavailable?: boolean;
  readonly codeOfStatus?: (status: ErrorStatus, refusal?: CommandRefusal) => string | undefined;
  /** The UUID of the order that a path names; `undefined` where the text can be no order's id. */
  readonly orderIdOf: (text: string) => string | undefined;
  /** An order that is accepted and not recorded yet. */
  readonly renderAccepted: (orderId: string, cancelledFor?: CancellationReason) => unknown;
  /** What is said of such an order where a change of it has to wait for its record. */
  readonly notYet: { readonly status: ErrorStatus; readonly headers: Readonly<Record<string, string>> };
}

const retryAfter = { 'Retry-After': '5' } as const;
const notYet = { status: 503, headers: retryAfter } as const;

/** Its table of statuses has no 409, 422 or 503: a rule's refusal is a bad request, and "not yet" is a 500. */
const omsFace: Face = {
  statusOfRefusal: (code) => (code === RefusalCode.PartNotFound ? 404 : 400),
  needsTenantHeaders: true,
  orderIdOf: uuidOf,
  renderAccepted: renderAcceptedOrder,
  notYet: { status: 500, headers: retryAfter },
};

const salesFace: Face = {
  statusOfRefusal: (code) => (code === RefusalCode.PartNotFound ? 404 : 422),
  messageOfRefusal: salesMessage,
  needsTenantHeaders: false,
  orderIdOf: orderIdOfSales,
  renderAccepted: renderAcceptedSalesOrder,
  notYet,
};

const commerceFace: Face = {
  statusOfRefusal: salesFace.statusOfRefusal,
  needsTenantHeaders: false,
  hasUnavailable: true,
  orderIdOf: orderIdOfCommerce,
  renderAccepted: renderAcceptedCommerceOrder,
  notYet,
  codeOfStatus: (status, refusal) => (refusal ? refusal.code.toUpperCase() : commerceCodes[status]),
};

const commerceCodes: Readonly<Partial<Record<ErrorStatus, string>>> = {
  400: 'INVALID_REQUEST',
  401: 'INVALID_AUTH',
  403: 'INVALID_AUTH',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'TOO_LARGE',
  422: 'UNPROCESSABLE',
  429: 'RATE_LIMITED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

/** A draft is confirmed there, and what is pending on the way is not for a client to ask for. */
function salesMessage({ message, allowed }: CommandRefusal): string {
  if (!allowed) return message;
  const isPending = allowed.includes(OrderStatus.Confirmed);
  const words = allowed
    .filter((status) => !(isPending && status === OrderStatus.Confirmed))
    .map((status) => (status === OrderStatus.Pending ? OrderStatus.Confirmed : status));
  return `${message.replace(/; allowed: .*$/, '')}; allowed: ${words.join(', ') || 'none'}`;
}

/** Whose answer a path gets, also where nothing is at that path. */
export function faceOf(path: string): Face {
  if (path.startsWith('/api/v1/sales/')) return salesFace;
  if (path.startsWith('/v1/')) return commerceFace;
  return omsFace;
}
