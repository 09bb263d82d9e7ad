import { ApiKeyScope } from '@oms/domain';

import { Api } from './api.js';

/** What a token may allow. */
export const Permission = {
  OrdersRead: 'orders:read',
  /** Orders and all that becomes of them, but for money that is given back and the decisions on returns. */
  OrdersWrite: 'orders:write',
  ProductsRead: 'products:read',
  ProductsWrite: 'products:write',
  InvoicesRead: 'invoices:read',
  InvoicesWrite: 'invoices:write',
  RefundsWrite: 'refunds:write',
  /** To approve, decline and receive returns. To ask for one is for whoever may write orders. */
  ReturnsWrite: 'returns:write',
  /** What only operators may do about orders that wait; everyone's name is kept with it. */
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

/** The roles of a token, and what each carries. A token may name single permissions beside them. */
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
  // A program. What gives money back or decides about goods is for it where its token says so.
  service: [...reads, Permission.OrdersWrite],
  viewer: reads,
} as const satisfies Record<string, readonly Permission[]>;
export type Role = keyof typeof rolePermissions;

/** Every role. */
export const roles = Object.keys(rolePermissions) as readonly Role[];

/** The permission that each scope of an API key carries. */
export const permissionOfScope: Readonly<Record<ApiKeyScope, Permission>> = {
  [ApiKeyScope.OrderRead]: Permission.OrdersRead,
  [ApiKeyScope.OrderWrite]: Permission.OrdersWrite,
};

/** The scope that carries a permission; `undefined` where no API key can have it. */
export function scopeOf(permission: Permission): ApiKeyScope | undefined {
  return Object.values(ApiKeyScope).find((scope) => permissionOfScope[scope] === permission);
}

/** The permission that an operation needs, as its API calls it. */
export function documentedPermission(api: Api, permission: Permission): string {
  if (api !== Api.Commerce) return `\`${permission}\``;
  return `\`${scopeOf(permission) ?? permission}\`, a scope of the API key`;
}
