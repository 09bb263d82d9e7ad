import type { TenantScope } from '@oms/domain';
import { v5 as uuidV5 } from 'uuid';

/** The namespace of command ids (RFC 9562 §5.5). Never change it: retries of earlier requests would run again. */
const commandIdNamespace = '0c0f6f0e-7f0a-5a6b-8d3c-2b9a4e1d5f70';

/** The id of the command of an idempotency key. Equal scope, kind and key give equal ids. */
export function commandIdFor(scope: TenantScope, kind: string, idempotencyKey: string): string {
  return uuidV5(`${scope.tenantId}/${scope.orgId}/${kind}/${idempotencyKey}`, commandIdNamespace);
}

/**
 * The id of a row that a command creates. The same command and part always give the same id, so that a retry creates
 * nothing twice.
 */
export function commandPartId(commandId: string, part: string): string {
  return uuidV5(part, commandId);
}
