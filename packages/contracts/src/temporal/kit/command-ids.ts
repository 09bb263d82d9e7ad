import type { TenantScope } from '@oms/domain';
import { v5 as uuidV5 } from 'uuid';

/** The namespace of command ids (RFC 9562 §5.5). Changing it would make every key new. */
const commandIdNamespace = '0c0f6f0e-7f0a-5a6b-8d3c-2b9a4e1d5f70';

/** The id of the command that a key makes; the same scope, kind and key always give the same one. */
export function commandIdFor(scope: TenantScope, kind: string, idempotencyKey: string): string {
  return uuidV5(`${scope.tenantId}/${scope.orgId}/${kind}/${idempotencyKey}`, commandIdNamespace);
}

/** The id of what a command makes; the same command always makes the same one. */
export function commandPartId(commandId: string, part: string): string {
  return uuidV5(part, commandId);
}
