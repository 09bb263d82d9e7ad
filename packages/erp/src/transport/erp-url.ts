import { z } from 'zod';

const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The address of an ERP, as a tenant gives it: `https`, or `http` to this machine itself. Without credentials, which
 * would end up in logs, and without a fragment.
 */
export const erpUrlSchema = z
  .string()
  .max(2_000)
  .refine((text) => URL.canParse(text), 'must be a URL')
  .transform((text) => new URL(text))
  .refine((url) => url.protocol === 'https:' || url.protocol === 'http:', 'must be an https URL')
  .refine(
    (url) => url.protocol !== 'http:' || loopbackHost.test(url.hostname),
    'must be https, except to this machine itself',
  )
  .refine((url) => url.username === '' && url.password === '', 'must not contain credentials')
  .refine((url) => url.hash === '', 'must not contain a fragment');

/** What the operator, not the tenant, decides about connections to ERPs. */
export interface ErpNetwork {
  /** Ranges in CIDR notation that may be connected to beside the public internet. */
  readonly allowedAddressRanges: readonly string[];
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

export const defaultErpNetwork: ErpNetwork = {
  allowedAddressRanges: [],
  timeoutMs: 30_000,
  maxAnswerBytes: 4 * 1024 * 1024,
};
