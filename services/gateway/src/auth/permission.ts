/** What a token may allow. */
export const Permission = {
  OrdersRead: 'orders:read',
  OrdersWrite: 'orders:write',
  ProductsRead: 'products:read',
  ProductsWrite: 'products:write',
  InvoicesRead: 'invoices:read',
  InvoicesWrite: 'invoices:write',
  /** What only operators may do about orders that wait; everyone's name is kept with it. */
  OrdersOperate: 'orders:operate',
  ApiKeysManage: 'api_keys:manage',
  ErpManage: 'erp:manage',
  SettingsManage: 'settings:manage',
} as const;
export type Permission = (typeof Permission)[keyof typeof Permission];

const reads = [Permission.OrdersRead, Permission.ProductsRead, Permission.InvoicesRead] as const;
const writes = [Permission.OrdersWrite, Permission.ProductsWrite, Permission.InvoicesWrite] as const;

/** The roles of a token, and what each carries. */
export const rolePermissions = {
  admin: [
    ...reads,
    ...writes,
    Permission.OrdersOperate,
    Permission.ApiKeysManage,
    Permission.ErpManage,
    Permission.SettingsManage,
  ],
  operator: [...reads, Permission.OrdersOperate],
  order_manager: [...reads, ...writes],
  service: [...reads, Permission.OrdersWrite],
  viewer: reads,
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
