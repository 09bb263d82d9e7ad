import { FaultCode, type Refusal } from '@oms/domain';
import { z } from 'zod';

import { namedResources } from './named-schemas.js';
import { refusalMeanings } from './refusal-meanings.js';

const codes = [
  'The stable name of the reason, for programs. New ones may be added.',
  ...Object.entries(refusalMeanings).map(([code, meaning]) => `- \`${code}\`: ${meaning}`),
].join('\n');

/** The body of every refusal and failure, on all APIs. */
export const errorResource = z
  .strictObject({
    error: z.string().meta({ description: 'The reason, in words for a person.' }),
    code: z
      .string()
      .regex(/^[A-Z][A-Z_]*$/)
      .meta({ description: codes }),
    field: z.string().optional().meta({
      description: 'The path of the field at fault, such as `items[0].quantity`, where it is one field.',
    }),
    errors: z
      .array(
        z.strictObject({
          field: z.string().optional(),
          code: z.enum(FaultCode),
          message: z.string(),
        }),
      )
      .optional()
      .meta({ description: 'The faults of an invalid request, one for each field, up to 20.' }),
    allowed: z.array(z.string()).optional().meta({ description: 'The statuses that are possible instead.' }),
    skus: z.array(z.string()).optional().meta({ description: 'The SKUs that it is about.' }),
  })
  .meta({ description: 'Why a request was refused or failed.' })
  .register(namedResources, { id: 'Error' });

export type ErrorResource = z.output<typeof errorResource>;

/**
 * Renders a refusal.
 *
 * @param message in the words of the API
 */
export function renderError({ code, field, details = {} }: Refusal<string>, message: string): ErrorResource {
  const { faults, allowed, skus } = details;
  return {
    error: message,
    code,
    ...(field === undefined ? {} : { field }),
    ...(faults ? { errors: faults.map((fault) => ({ ...fault })) } : {}),
    ...(allowed ? { allowed: [...allowed] } : {}),
    ...(skus ? { skus: [...skus] } : {}),
  };
}
