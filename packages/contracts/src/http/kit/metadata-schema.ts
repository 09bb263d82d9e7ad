import { limits } from '@oms/domain';
import { z } from 'zod';

import { faultOfText, jsonSchemaOfText } from './text-schema.js';

const maxKeys = 50;
const keyRules = { minLength: 1, maxLength: 40 };
const valueRules = { maxLength: limits.metadataValue, multiline: true };

/**
 * The client's own notes, stored and shown unchanged. Checked by hand: zod's record silently drops a key named
 * `__proto__`, and no input may be dropped silently.
 */
export const metadata = z
  .custom<Readonly<Record<string, string>>>(() => true)
  .superRefine((value: unknown, context) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      context.addIssue({ code: 'custom', message: 'must be an object' });
      return;
    }
    if (Object.keys(value).length > maxKeys) {
      context.addIssue({ code: 'custom', message: `must have at most ${maxKeys} keys` });
      return;
    }
    for (const [key, entry] of Object.entries(value)) {
      const wanted = faultOfEntry(key, entry);
      if (wanted !== undefined) context.addIssue({ code: 'custom', path: [key], message: wanted });
    }
  })
  .meta({
    type: 'object',
    maxProperties: maxKeys,
    propertyNames: { type: 'string', ...jsonSchemaOfText(keyRules), not: { const: '__proto__' } },
    additionalProperties: { type: 'string', ...jsonSchemaOfText(valueRules) },
  });

function faultOfEntry(key: string, entry: unknown): string | undefined {
  const faultOfKey = key === '__proto__' ? 'is reserved' : faultOfText(key, keyRules);
  if (faultOfKey !== undefined) return `has a name that ${faultOfKey}`;
  return typeof entry === 'string' ? faultOfText(entry, valueRules) : 'must be a string';
}
