import { limits } from '@oms/domain';
import { z } from 'zod';

import { faultOfText, jsonSchemaOfText } from './text-schema.js';

const keyRules = { minLength: 1, maxLength: 40 };
const valueRules = { maxLength: limits.metadataValue, multiline: true };

/**
 * The client's own notes, stored and shown unchanged. Checked by hand: zod's record silently drops a key named
 * `__proto__`, and no input may be dropped silently.
 */
export const metadata = entriesOf<string>({ mayBeNull: false });

/** A change of the notes: entries that it does not name stay, and null removes an entry. */
export const metadataChange = entriesOf<string | null>({ mayBeNull: true });

function entriesOf<Value extends string | null>({ mayBeNull }: { readonly mayBeNull: boolean }) {
  return z
    .custom<Readonly<Record<string, Value>>>(() => true)
    .superRefine((value: unknown, context) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        context.addIssue({ code: 'custom', message: 'must be an object' });
        return;
      }
      if (Object.keys(value).length > limits.metadataKeys) {
        context.addIssue({ code: 'custom', message: `must have at most ${limits.metadataKeys} keys` });
        return;
      }
      for (const [key, entry] of Object.entries(value)) {
        const wanted = faultOfEntry(key, mayBeNull && entry === null ? '' : entry);
        if (wanted !== undefined) context.addIssue({ code: 'custom', path: [key], message: wanted });
      }
    })
    .meta({
      type: 'object',
      maxProperties: limits.metadataKeys,
      propertyNames: { type: 'string', ...jsonSchemaOfText(keyRules), not: { const: '__proto__' } },
      additionalProperties: {
        type: mayBeNull ? ['string', 'null'] : 'string',
        ...jsonSchemaOfText(valueRules),
      },
    });
}

function faultOfEntry(key: string, entry: unknown): string | undefined {
  const faultOfKey = key === '__proto__' ? 'is reserved' : faultOfText(key, keyRules);
  if (faultOfKey !== undefined) return `has a name that ${faultOfKey}`;
  return typeof entry === 'string' ? faultOfText(entry, valueRules) : 'must be a string';
}
