import { AddressGuard, HttpExchange } from '@oms/outbound';

/** The limits that the operator, not the tenant, sets for connections to ERPs. */
export interface ErpNetwork {
  /** Address ranges in CIDR notation that are allowed in addition to the public internet. */
  readonly allowedAddressRanges: readonly string[];
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

export const defaultErpNetwork: ErpNetwork = {
  allowedAddressRanges: [],
  timeoutMs: 30_000,
  maxAnswerBytes: 4 * 1024 * 1024,
};

export function createErpExchange({
  allowedAddressRanges,
  timeoutMs,
  maxAnswerBytes,
}: ErpNetwork): HttpExchange {
  return new HttpExchange({ timeoutMs, maxAnswerBytes, guard: new AddressGuard(allowedAddressRanges) });
}
