import { z } from 'zod';

const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * A URL that a tenant gives: `https`, or `http` to this machine itself. Credentials are refused, since they would end
 * up in logs; so is a fragment. {@link AddressGuard} decides about the address behind it.
 */
export const foreignUrlSchema = z
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
