import {
  Api,
  documentedPermission,
  operations,
  permissions,
  refusalsOf,
  rolePermissions,
  roles,
  type OperationSpec,
  type Permission,
} from '@oms/contracts/http';

import { code, table } from './markdown.js';

// The reference pages that are made from the declarations of operations.

const apis = [
  [Api.Orders, 'Orders API', 'A bearer token, with the headers `X-Tenant-ID` and `X-Org-ID`.'],
  [Api.Sales, 'Sales API', 'A bearer token.'],
  [Api.Commerce, 'Commerce API', 'An API key, as bearer token or as `X-Api-Key`.'],
  [Api.Webhooks, 'Webhooks', "The provider's signature."],
  [Api.Links, 'Links', 'The signature in the link.'],
] as const;

const keys: Readonly<Record<OperationSpec['idempotency'], string>> = {
  header: '`Idempotency-Key`',
  body: '`idempotency_key`',
  none: '',
};

/** `docs/reference/operations.md`. */
export function operationsPage(): string {
  const sections = apis.map(([api, name, identity]) => {
    const rows = operations
      .filter((operation) => operation.api === api)
      .map((operation) => [
        code(operation.id),
        code(`${operation.method} ${operation.path}`),
        operation.permission ? (documentedPermission(api, operation.permission).split(',')[0] ?? '') : '',
        keys[operation.idempotency],
        Object.keys(operation.answers).join(' '),
        [...refusalsOf(operation).keys()].sort((left, right) => left - right).join(' '),
      ]);
    const heads = ['Operation', 'Request', 'Permission', 'Key of a repetition', 'Answers', 'Refusals'];
    return [`## ${name}`, `Identity: ${identity}`, table(heads, rows)].join('\n\n');
  });
  return [
    '# Operations',
    'Generated from the declarations of operations: `npm run reference`. [Permissions](permissions.md) says who has which, [error codes](error-codes.md) what a refusal means.',
    ...sections,
  ].join('\n\n');
}

/** `docs/reference/permissions.md`. */
export function permissionsPage(): string {
  const carriers = (permission: Permission): string =>
    roles
      .filter((role) => (rolePermissions[role] as readonly Permission[]).includes(permission))
      .map(code)
      .join(', ');
  const allowed = (permission: Permission): string =>
    operations
      .filter((operation) => operation.permission === permission)
      .map(({ id }) => code(id))
      .join(', ');
  const rows = permissions.map((permission) => [code(permission), carriers(permission), allowed(permission)]);
  return [
    '# Permissions',
    'Generated from the declarations of operations: `npm run reference`. A token has the permissions of its `roles`, and those that its claim `permissions` names. An API key has the scopes `order:read` and `order:write`, which stand for the permissions `orders:read` and `orders:write` on the Commerce API.',
    table(['Permission', 'Roles that carry it', 'Operations'], rows),
  ].join('\n\n');
}
