import type { OpenApiDocument } from '@oms/contracts/http';

import { scopeOf } from '../../auth/authenticate-api-key.js';
import type { ApiRoute } from '../../http/api-routes.js';

/** The routes that the document is of, by what they are called with. */
export interface DocumentedRoutes {
  readonly byToken: readonly ApiRoute[];
  readonly byApiKey: readonly ApiRoute[];
}

/** The document, in which each operation says the permission that its route was declared with. */
export function withPermissions(
  document: OpenApiDocument,
  { byToken, byApiKey }: DocumentedRoutes,
): OpenApiDocument {
  const sentences = new Map([
    ...byToken.map((route) => [keyOf(route), `Permission: \`${route.permission}\`.`] as const),
    ...byApiKey.map(
      (route) =>
        [keyOf(route), `Permission: \`${scopeOf(route.permission)}\`, a scope of the API key.`] as const,
    ),
  ]);
  const paths = Object.entries(document.paths).map(([path, item]) => [
    path,
    Object.fromEntries(
      Object.entries(item).map(([member, value]) => {
        const sentence = sentences.get(`${member} ${path}`);
        return [member, sentence === undefined ? value : saying(value, sentence)];
      }),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(paths) as OpenApiDocument['paths'] };
}

/** As the document calls the route's operation. */
function keyOf({ method, path }: ApiRoute): string {
  return `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`;
}

function saying(operation: unknown, sentence: string): object {
  const { description, ...rest } = operation as { readonly description?: string };
  return { ...rest, description: description === undefined ? sentence : `${description}\n\n${sentence}` };
}
