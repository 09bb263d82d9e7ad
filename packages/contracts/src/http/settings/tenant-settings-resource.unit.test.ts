import { RefusedError } from '@oms/domain';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';

import { parseBody } from '../kit/parse-operation.js';
import { openApiDocument } from '../openapi/open-api-document.js';
import { changeSettings } from './settings-operations.js';
import { toChangeSettings } from './tenant-settings-resource.js';

const document = openApiDocument();

function validatorOf(name: string) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema({ ...document, $id: 'https://example.com/openapi.json' });
  return ajv.compile({ $ref: `https://example.com/openapi.json#/components/schemas/${name}` });
}

const parseChangeSettings = (body: unknown) => toChangeSettings(parseBody(changeSettings, body));

function fieldOf(body: unknown): string | undefined {
  try {
    parseChangeSettings(body);
  } catch (error) {
    if (error instanceof RefusedError) return error.refusal.field ?? 'the body';
    throw error;
  }
  return undefined;
}

describe('a change of settings', () => {
  const accepted = [
    { order_number_prefix: 'BS' },
    { order_number_prefix: '12345678' },
    { return_window_seconds: 1 },
    { return_window_seconds: 63_072_000, pending_limit_seconds: 60 },
    { pending_limit_seconds: 2_592_000, order_number_prefix: null },
    { payments_require_metadata: true },
    { payments_require_metadata: false, order_number_prefix: 'BS' },
  ];
  const refused: readonly (readonly [string, unknown])[] = [
    ...['', 'bs', 'B-S', 'ABCDEFGHI', 'Ä', 7].map(
      (prefix) => ['order_number_prefix', { order_number_prefix: prefix }] as const,
    ),
    ...[0, -1, 1.5, '5', 63_072_001, 1e21, true].map(
      (seconds) => ['return_window_seconds', { return_window_seconds: seconds }] as const,
    ),
    ...[0, 59, 60.5, 2_592_001, '60'].map(
      (seconds) => ['pending_limit_seconds', { pending_limit_seconds: seconds }] as const,
    ),
    ...['true', 1, 0, ''].map(
      (wanted) => ['payments_require_metadata', { payments_require_metadata: wanted }] as const,
    ),
    ['currency', { order_number_prefix: 'BS', currency: 'USD' }],
    ['the body', {}],
    ['the body', { order_number_prefix: null }],
    ['the body', []],
    ['the body', undefined],
  ];

  it.each(accepted)('is accepted, and what is left out stays: %j', (body) => {
    const wanted: unknown[] = Object.values(body).filter((value) => value !== null);
    expect(Object.values(parseChangeSettings(body)).sort()).toEqual(wanted.sort());
    expect(validatorOf('ChangeSettings')(body)).toBe(true);
  });

  it.each(refused)('is refused for %s: %j', (field, body) => {
    expect(fieldOf(body)).toBe(field);
  });
});
