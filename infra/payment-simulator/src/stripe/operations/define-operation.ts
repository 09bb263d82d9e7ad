import { z } from 'zod';

import type { Execution } from '../execution.js';
import { formList, readParams } from '../form.js';
import { invalidRequest } from '../stripe-error.js';
import type { StripeOperation } from './operation.js';

interface OperationInput<Params> {
  /** The id in the path; empty for a path without one. */
  readonly id: string;
  readonly params: Params;
  /** Whether the client asks for the charge itself instead of its id. */
  readonly expandsCharge: boolean;
}

interface OperationDefinition<Schema extends z.ZodType> extends Omit<StripeOperation, 'prepare'> {
  /** The parameters, without `expand`. */
  readonly params: Schema;
  readonly canExpandCharge?: boolean;
  /** Further checks of the parameters, independent of the payment. */
  readonly check?: (params: z.infer<Schema>) => void;
  readonly execute: (execution: Execution, input: OperationInput<z.infer<Schema>>) => object;
}

const expandParam = z.looseObject({ expand: formList.optional() });

/** Makes an operation from its definition. */
export function defineOperation<Schema extends z.ZodType>({
  params: schema,
  canExpandCharge = false,
  check,
  execute,
  ...operation
}: OperationDefinition<Schema>): StripeOperation {
  return {
    ...operation,
    prepare({ id, form }) {
      const { expand, ...rest } = form;
      const params = readParams(schema, rest);
      check?.(params);
      const paths = expand === undefined ? [] : (readParams(expandParam, { expand }).expand ?? []);
      const unknown = paths.find((path) => !canExpandCharge || path !== 'latest_charge');
      if (unknown !== undefined) {
        throw invalidRequest(`This property cannot be expanded (${unknown}).`, { param: 'expand' });
      }
      return (execution) => execute(execution, { id, params, expandsCharge: paths.length > 0 });
    },
  };
}
