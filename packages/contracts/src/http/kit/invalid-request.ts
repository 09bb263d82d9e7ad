import { FaultCode, refused, RefusalCode, type RefusedError } from '@oms/domain';

/**
 * A request with one invalid field: 400. The same request gives the same answer again. The message begins with the path
 * of the field and never repeats a value that the client sent.
 *
 * @param field the path of the field, such as `items[0].quantity`; absent for the request as a whole
 */
export function invalidRequest(message: string, field?: string): RefusedError {
  const faults = [{ ...(field === undefined ? {} : { field }), code: FaultCode.InvalidValue, message }];
  return refused(RefusalCode.InvalidRequest, message, {
    ...(field === undefined ? {} : { field }),
    details: { faults },
  });
}
