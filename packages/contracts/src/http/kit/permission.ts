import { ApiKeyScope } from '@oms/domain';

import { Api } from './api.js';

/** The permissions that a token can carry. */
export const Permission = {
  OrdersRead: 'orders:read',
  /** Placing and changing orders. Excludes refunds, the cancellation of units, and decisions on returns. */
  OrdersWrite: 'orders:write',
  ProductsRead: 'products:read',
  ProductsWrite: 'products:write',
  InvoicesRead: 'invoices:read',
  InvoicesWrite: 'invoices:write',
  /** Refunds, and the cancellation of units, which gives their value back. */
  RefundsWrite: 'refunds:write',
  /** Approving, declining and receiving returns. Requesting a return needs `orders:write`. */
  ReturnsWrite: 'returns:write',
  /** Interventions in orders that wait, such as a manual retry. Each is recorded with the name of its operator. */
  OrdersOperate: 'orders:operate',
  ApiKeysManage: 'api_keys:manage',
  ErpManage: 'erp:manage',
  SettingsManage: 'settings:manage',
} as const;
export type Permission = (typeof Permission)[keyof typeof Permission];

/** Every permission. */
export const permissions: readonly Permission[] = Object.values(Permission);

const reads = [Permission.OrdersRead, Permission.ProductsRead, Permission.InvoicesRead] as const;
const writes = [
  Permission.OrdersWrite,
  Permission.ProductsWrite,
  Permission.InvoicesWrite,
  Permission.RefundsWrite,
  Permission.ReturnsWrite,
] as const;

/** The roles of a token and the permissions that each carries. A token may carry further single permissions. */
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
  // The role of a program. Refunds and decisions on returns need single permissions beside it.
  service: [...reads, Permission.OrdersWrite],
  viewer: reads,
} as const satisfies Record<string, readonly Permission[]>;
export type Role = keyof typeof rolePermissions;

/** Every role. */
export const roles = Object.keys(rolePermissions) as readonly Role[];

/** The permission that each scope of an API key grants. */
export const permissionOfScope: Readonly<Record<ApiKeyScope, Permission>> = {
  [ApiKeyScope.OrderRead]: Permission.OrdersRead,
  [ApiKeyScope.OrderWrite]: Permission.OrdersWrite,
};

/** The scope that grants a permission; `undefined` for a permission that no API key can have. */
export function scopeOf(permission: Permission): ApiKeyScope | undefined {
  return Object.values(ApiKeyScope).find((scope) => permissionOfScope[scope] === permission);
}

/** The name of a permission in the documentation of an API. */
export function documentedPermission(api: Api, permission: Permission): string {
  if (api !== Api.Commerce) return `\`${permission}\``;
  return `\`${scopeOf(permission) ?? permission}\`, a scope of the API key`;
}
