import { z } from 'zod';

import type { Api } from './api.js';
import { defineOperation, type OperationSpec, type PrincipalOperation } from './define-operation.js';
import { done } from './done.js';
import { atLeastOneOf } from './fields-together.js';
import { namedBodies, namedResources } from './named-schemas.js';
import type { Permission } from './permission.js';
import { wordsOf, type ResourceWords } from './resource-words.js';
import { answeredFields, type Fields, type StoredFields } from './stored-field.js';

/**
 * The declaration of a resource of which each tenant has exactly one: a row in which each field is a column of the
 * same name.
 */
export interface SingletonSpec<Of extends Fields = Fields> {
  /** The plural, such as `settings`. Ids of operations are made from it. */
  readonly nouns: string;
  /** The word for one of its fields, such as `setting`. */
  readonly noun: string;
  /** The name of its schema, such as `tenant settings`. */
  readonly name: string;
  readonly api: Api;
  readonly tag: string;
  readonly path: `/${string}`;
  readonly permission: Permission;
  readonly fields: Of;
  /** The values of a tenant that has not changed any. */
  readonly defaults: StoredFields<Of>;
  readonly get: Pick<OperationSpec, 'summary' | 'description'>;
  readonly change: Pick<OperationSpec, 'summary' | 'description'>;
  readonly changeDescription: string;
  readonly example: StoredFields<Of>;
}

/** A declared singleton. */
export interface Singleton<Of extends Fields = Fields> {
  readonly spec: SingletonSpec<Of>;
  readonly words: ResourceWords;
  /** The kind of the command that changes it, such as `change_settings`. */
  readonly kind: string;
  readonly get: PrincipalOperation;
  readonly change: PrincipalOperation;
  readonly operations: readonly PrincipalOperation[];
}

/** Declares a singleton. */
export function defineSingleton<const Of extends Fields>(spec: SingletonSpec<Of>): Singleton<Of> {
  const { noun, nouns, fields, api, tag, path, permission, example } = spec;
  const names = Object.keys(fields);
  const words = wordsOf(spec.name);
  const row = z.strictObject(answeredFields(fields)).register(namedResources, { id: words.pascal });
  const body = z
    .strictObject(
      Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, schema.optional()])),
    )
    .superRefine((values, context) => {
      // A setting that may be missing is removed by null.
      if (Object.keys(values).length > 0) return;
      context.addIssue({ code: 'custom', message: `must name at least one ${noun}: ${names.join(', ')}` });
    })
    .meta({ description: spec.changeDescription, ...atLeastOneOf(...names) })
    .register(namedBodies, { id: `Change${wordsOf(nouns).pascal}` });
  const get = defineOperation({
    ...{ api, tag, path, permission, ...spec.get },
    ...{ id: `get${wordsOf(nouns).pascal}`, method: 'GET', idempotency: 'none' },
    answers: { 200: { description: `The ${nouns}.`, schema: row, example } },
  });
  const change = defineOperation({
    ...{ api, tag, path, permission, ...spec.change },
    ...{
      id: `change${wordsOf(nouns).pascal}`,
      method: 'PATCH',
      idempotency: 'header',
      refusals: { 503: true },
    },
    body: { schema: body, example: Object.fromEntries(Object.entries(example).slice(0, 2)) },
    answers: { 200: done(row, example, `The ${nouns} as they are now.`) },
  });
  return { spec, words, kind: `change_${wordsOf(nouns).snake}`, get, change, operations: [get, change] };
}
