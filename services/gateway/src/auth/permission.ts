import { permissions as allPermissions, rolePermissions, type Permission } from '@oms/contracts/http';

const permissionsByRole: ReadonlyMap<string, readonly Permission[]> = new Map(
  Object.entries(rolePermissions),
);
const knownPermissions: ReadonlySet<string> = new Set(allPermissions);

/**
 * The permissions of the roles and the single permissions in the token. Unknown roles and permissions are ignored.
 */
export function permissionsOf(
  roles: readonly string[],
  permissions: readonly string[],
): ReadonlySet<Permission> {
  return new Set([
    ...roles.flatMap((role) => permissionsByRole.get(role) ?? []),
    ...permissions.filter(isPermission),
  ]);
}

function isPermission(name: string): name is Permission {
  return knownPermissions.has(name);
}
