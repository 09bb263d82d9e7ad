import { z } from 'zod';

import { Expansion, parseExpansion } from '../expansion.js';
import { formList, readParams } from '../form.js';
import type { OperationDefinition, StripeOperation } from './operation.js';

const expandParam = z.looseObject({ expand: formList.optional() });

/** Makes an operation of its definition. */
export function defineOperation<Schema extends z.ZodType>(
  definition: OperationDefinition<Schema>,
): StripeOperation {
  const { name, method, path, params: schema, answer, check, execute } = definition;
  return {
    name,
    method,
    path,
    prepare({ id, path: requestPath, form }) {
      const { expand, ...rest } = form;
      const params = readParams(schema, rest);
      check?.(params);
      const paths = expand === undefined ? [] : (readParams(expandParam, { expand }).expand ?? []);
      const expansion = answer ? parseExpansion(paths, answer.object, answer.list === true) : Expansion.none;
      return (execution) => execute(execution, { id, path: requestPath, params, expansion });
    },
    paymentIntentOf: definition.paymentIntentOf ?? (() => undefined),
  };
}
