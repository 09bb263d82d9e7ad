/** What a token may allow. */
export const Permission = {
  OrdersRead: 'orders:read',
  OrdersWrite: 'orders:write',
  ApiKeysManage: 'api_keys:manage',
} as const;
export type Permission = (typeof Permission)[keyof typeof Permission];

/** The roles of a token, and what each carries. */
export const rolePermissions = {
  admin: [Permission.OrdersRead, Permission.OrdersWrite, Permission.ApiKeysManage],
  order_manager: [Permission.OrdersRead, Permission.OrdersWrite],
  service: [Permission.OrdersRead, Permission.OrdersWrite],
  viewer: [Permission.OrdersRead],
} as const satisfies Record<string, readonly Permission[]>;

const permissionsByRole: ReadonlyMap<string, readonly Permission[]> = new Map(
  Object.entries(rolePermissions),
);
const knownPermissions: ReadonlySet<string> = new Set(Object.values(Permission));

/** All that the roles carry and the token names itself. Roles and permissions that are not known give nothing. */
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
