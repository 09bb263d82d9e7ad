import { FaultCode, refused, RefusalCode, type RefusedError } from '@oms/domain';

/**
 * The refusal (400) of a request with one invalid field. Repeating the request gives the same refusal. The message
 * must begin with the path of the field and must not contain a value that the client sent.
 *
 * @param field the path of the field, such as `items[0].quantity`; absent where the request as a whole is invalid
 */
export function invalidRequest(message: string, field?: string): RefusedError {
  const faults = [{ ...(field === undefined ? {} : { field }), code: FaultCode.InvalidValue, message }];
  return refused(RefusalCode.InvalidRequest, message, {
    ...(field === undefined ? {} : { field }),
    details: { faults },
  });
}
