import type { ErpConnector } from '../erp-connector.js';
import type { ErpNetwork } from '../transport/erp-network.js';
import type { FaultProxy } from './fault-proxy.js';

/** An order at an ERP, in a form that all ERPs share. */
export interface OrderThere {
  readonly erpId: string;
  readonly version: number;
  readonly cancelled: boolean;
  /** A decimal string with the currency's decimals. */
  readonly total: string;
  /** The order's own lines, without those for tax and the like, and their units without cancelled ones. */
  readonly lines: readonly { readonly title: string; readonly quantity: number }[];
  /** All that the ERP shows about the order, in its own form. */
  readonly words: string;
}

/** An adapter, its real server, and a proxy between them. */
export interface SteeredErp {
  readonly connector: ErpConnector;
  /** A connector to the same ERP that refuses orders with unknown products. */
  readonly refusingUnknownProducts: ErpConnector;
  readonly withWrongCredentials: ErpConnector;
  /** The secrets that no message may contain. */
  readonly secrets: readonly string[];
  readonly proxy: FaultProxy;
  /** Whether a request changes something at the ERP. */
  readonly changesSomething: (body: string) => boolean;
  /** A connector to an address where no server listens. */
  readonly toNobody: ErpConnector;
  /** All orders at the ERP for this order. */
  ordersOf(orderId: string): Promise<readonly OrderThere[]>;
  close(): Promise<void>;
}

/** Allows the loopback addresses, where tests run their servers. */
export const testNetwork: ErpNetwork = {
  allowedAddressRanges: ['127.0.0.0/8', '::1/128'],
  timeoutMs: 20_000,
  maxAnswerBytes: 4 * 1024 * 1024,
};

/** A port on which no server listens: the unused discard service. */
export const deadUrl = 'http://127.0.0.1:9';
