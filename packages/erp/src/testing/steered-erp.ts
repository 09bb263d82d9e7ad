import type { ErpConnector } from '../erp-connector.js';
import type { ErpNetwork } from '../transport/erp-network.js';
import type { FaultProxy } from './fault-proxy.js';

/** An order as an ERP has it, in words that all ERPs share. */
export interface OrderThere {
  readonly erpId: string;
  readonly version: number;
  readonly cancelled: boolean;
  /** With the currency's decimals. */
  readonly total: string;
  /** The order's own lines, without those for tax and the like. */
  readonly lines: readonly { readonly title: string; readonly quantity: number }[];
}

/** An adapter, the real server that it talks to, and what stands between them. */
export interface SteeredErp {
  readonly connector: ErpConnector;
  /** At the same ERP, which is to refuse orders with products that it does not have. */
  readonly refusingUnknownProducts: ErpConnector;
  readonly withWrongCredentials: ErpConnector;
  /** The secrets that no message may contain. */
  readonly secrets: readonly string[];
  readonly proxy: FaultProxy;
  /** Whether a request changes something at the ERP. */
  readonly changesSomething: (body: string) => boolean;
  /** A connector with nobody at the other end. */
  readonly toNobody: ErpConnector;
  /** All that the ERP has of an order. */
  ordersOf(orderId: string): Promise<readonly OrderThere[]>;
  close(): Promise<void>;
}

/** This machine's own addresses are open to tests; real ERPs are elsewhere. */
export const testNetwork: ErpNetwork = {
  allowedAddressRanges: ['127.0.0.0/8', '::1/128'],
  timeoutMs: 20_000,
  maxAnswerBytes: 4 * 1024 * 1024,
};

/** A port that nobody listens on: the discard service is off everywhere. */
export const deadUrl = 'http://127.0.0.1:9';
