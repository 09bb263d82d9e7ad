import { RefusalCode } from '@oms/domain';
import { z } from 'zod';

import type { Api } from './api.js';
import {
  defineOperation,
  type Answer,
  type DocumentedRefusal,
  type OperationSpec,
  type PrincipalOperation,
  type RequestBody,
} from './define-operation.js';
import { done } from './done.js';
import { given } from './given.js';
import { namedBodies, namedResources } from './named-schemas.js';
import { pageFields } from './page-fields.js';
import { partUuid, pathId } from './path-parameters.js';
import type { Permission } from './permission.js';
import { listParameters, type ListSpec } from './resource-list.js';
import { wordsOf, type ResourceWords } from './resource-words.js';
import { answeredFields, storedFields, type Fields, type StoredFields } from './stored-field.js';
import { typeIdOf, typeIdPattern } from './type-id.js';

/** The documentation of an operation, instead of the usual one. */
interface Words {
  readonly summary?: string;
  readonly description?: string;
}

/** An operation beyond the usual ones: `POST {path}/{action}`. */
export interface ActionSpec {
  readonly summary: string;
  readonly description?: string;
  /** The past participle of the action, for the audit log: `rotated`. */
  readonly past: string;
  readonly body?: RequestBody;
  /** Set for an action that makes a new secret and shows it in its answer. */
  readonly showsSecret?: true;
}

/** The usual operations of a resource. */
export type Verb = 'create' | 'get' | 'list' | 'update' | 'archive' | 'delete';

/**
 * The declaration of a resource: rows of one table, in which each field is a column of the same name. The resource's
 * operations follow from it, and its SQL statements through `defineStore`.
 */
export interface ResourceSpec extends ListSpec {
  /** The singular, such as `API key`. Ids of operations, names of schemas and audit records are made from it. */
  readonly noun: string;
  readonly api: Api;
  readonly tag: string;
  /**
   * The path of one row, which ends with its id. The path of a part begins with its parent's:
   * `/customers/{customerId}/addresses/{addressId}`.
   */
  readonly path: `/${string}/{${string}}`;
  /**
   * The resource that this one is a part of. The column of the parent's id follows from its path parameter:
   * `customerId` is stored in `customer_id`.
   */
  readonly parent?: Resource;
  /** The form of an id: a UUID, or a TypeID with a prefix. The database stores ids in this form. */
  readonly id: 'uuid' | { readonly prefix: string };
  /** The rows that a client sees: those of its organisation, or of all organisations of its tenant. */
  readonly belongsTo: 'organisation' | 'tenant';
  readonly permissions: { readonly read: Permission; readonly write: Permission };
  /** Fields that an update cannot change. */
  readonly immutable?: readonly string[];
  /** A secret that only the operations which make it show. The database does not store it. */
  readonly secret?: z.ZodType;
  /**
   * Fields whose values must be unique among the rows of an organisation or tenant. The unique index is named
   * `{table}_{field}_key`. With `WHERE archived_at IS NULL`, the value of an archived row is free again.
   */
  readonly unique?: readonly string[];
  readonly operations: Readonly<Partial<Record<Verb, Words>>>;
  readonly actions?: Readonly<Record<string, ActionSpec>>;
  /** An example value for each of `fields` and `readOnly`, and for the `secret` if there is one. */
  readonly example: Readonly<Record<string, unknown>>;
}

type OrNone<Of> = Of extends Fields ? StoredFields<Of> : unknown;
type With<Spec extends ResourceSpec, Name extends Verb, Columns> = Name extends keyof Spec['operations']
  ? Columns
  : unknown;

/** The values of the fields that clients write. */
export type ValuesOf<Spec extends ResourceSpec> = StoredFields<Spec['fields']>;

/** A row of a resource, as answers show it. */
export type RowOf<Spec extends ResourceSpec> = {
  readonly id: string;
  readonly created_at: string;
} & ValuesOf<Spec> &
  OrNone<Spec['readOnly']> &
  With<Spec, 'update', { readonly version: number; readonly updated_at: string }> &
  With<Spec, 'archive', { readonly archived_at: string | null }>;

/** The body of an action, parsed. */
export type ActionInputOf<Spec extends ResourceSpec, Name extends keyof Spec['actions']> = NonNullable<
  Spec['actions']
>[Name] extends { readonly body: { readonly schema: infer Schema extends z.ZodType } }
  ? z.output<Schema>
  : unknown;

/** A declared resource. */
export interface Resource<Spec extends ResourceSpec = ResourceSpec> {
  readonly spec: Spec;
  readonly words: ResourceWords;
  /** The field with the rows in the answer to a list. */
  readonly listField: string;
  /** The path parameter that names a row. */
  readonly idParameter: string;
  /** A schema for each parameter of the path. */
  readonly params: Readonly<Record<string, z.ZodType>>;
  /** The schema of a row. Its keys are the columns that answers show. */
  readonly row: z.ZodObject;
  readonly usual: Readonly<Partial<Record<Verb, PrincipalOperation>>>;
  readonly actions: Readonly<Record<string, PrincipalOperation>>;
  /** The usual operations and the actions, in the order of the documentation. */
  readonly operations: readonly PrincipalOperation[];
}

/** The column that a path parameter is stored in: `customer_id` for `customerId`. */
export const columnOf = (parameter: string): string =>
  parameter.replaceAll(/[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`);

/** Declares a resource. Throws for a contradictory declaration. */
export function defineResource<const Spec extends ResourceSpec>(spec: Spec): Resource<Spec> {
  const words = wordsOf(spec.noun);
  const idParameter = /\{(\w+)\}$/.exec(spec.path)?.[1] ?? '';
  const params = { ...spec.parent?.params, [idParameter]: idInPath(spec) };
  const row = rowSchema(spec).register(namedResources, { id: words.pascal });
  assertConsistent(spec, row);
  const plain = done(row, exampleRow(spec, row));
  const made = spec.secret ? withSecret(spec, words, plain, row) : plain;
  const declared = { spec, words, params, row, plain, made, listField: wordsOf(spec.nouns).snake };
  const usual = usualOperations(declared);
  const actions = actionOperations(declared);
  return {
    ...{ spec, words, listField: declared.listField, idParameter, params, row },
    ...{ usual, actions, operations: [...Object.values(usual), ...Object.values(actions)] },
  };
}

interface Declared extends Pick<Resource, 'spec' | 'words' | 'listField' | 'params' | 'row'> {
  /** The answer to a change. */
  readonly plain: Answer;
  /** The answer to a change that makes a secret. */
  readonly made: Answer;
}

function idInPath({ id, noun }: ResourceSpec): z.ZodType {
  if (id === 'uuid') return partUuid;
  const pattern = typeIdPattern(id.prefix);
  const description = `The id of ${wordsOf(noun).aNoun}: \`${id.prefix}_…\`.`;
  return pathId(noun, description, pattern, (text) => (pattern.test(text) ? text : undefined));
}

const idSchema = (id: ResourceSpec['id']) =>
  id === 'uuid'
    ? z.string().meta({ format: 'uuid' })
    : z.string().meta({ description: `Begins with \`${id.prefix}_\`.` });

const time = z.string().meta({ format: 'date-time' });

function rowSchema({ id, parent, fields, readOnly = {}, operations }: ResourceSpec) {
  return z.strictObject({
    id: idSchema(id),
    ...(parent ? { [columnOf(parent.idParameter)]: idSchema(parent.spec.id) } : {}),
    ...answeredFields({ ...fields, ...readOnly }),
    created_at: time,
    ...(operations.update ? { version: z.int(), updated_at: time } : {}),
    ...(operations.archive ? { archived_at: time.nullable() } : {}),
  });
}

function assertConsistent(
  { noun, fields, immutable = [], unique = [], sorts = [] }: ResourceSpec,
  row: z.ZodObject,
): void {
  for (const name of [...immutable, ...unique]) {
    if (!(name in fields)) throw new Error(`${noun}: ${name} is not among the fields`);
  }
  for (const name of sorts) {
    const field: unknown = row.shape[name];
    if (!field || field instanceof z.ZodNullable)
      throw new Error(`${noun}: a list cannot be sorted by ${name}`);
  }
}

const exampleUuid = 'd4e5f6a7-b8c9-4012-8def-456789012345';
const exampleTime = '2026-11-21T09:00:00.000Z';
const exampleId = (id: ResourceSpec['id']): string =>
  id === 'uuid' ? exampleUuid : typeIdOf(id.prefix, exampleUuid);

function exampleRow(
  { id, parent, example }: ResourceSpec,
  row: z.ZodObject,
): Readonly<Record<string, unknown>> {
  const known: Readonly<Record<string, unknown>> = {
    ...{ id: exampleId(id), created_at: exampleTime, version: 1, updated_at: exampleTime },
    ...(parent ? { [columnOf(parent.idParameter)]: exampleId(parent.spec.id) } : {}),
    ...example,
  };
  return Object.fromEntries(Object.keys(row.shape).map((name) => [name, known[name] ?? null]));
}

function withSecret(
  { secret = z.never(), example }: ResourceSpec,
  words: ResourceWords,
  plain: Answer,
  row: z.ZodObject,
): Answer {
  const schema = row.extend({ secret }).register(namedResources, { id: `${words.pascal}WithSecret` });
  return { ...plain, schema, example: { ...exampleObject(plain), secret: example['secret'] } };
}

// `exampleRow` makes the example of every answer with a row.
const exampleObject = ({ example }: Answer) => example as Readonly<Record<string, unknown>>;

/** Under one key, a mutation is carried out once. */
const keyed = { refusals: { 503: true }, idempotency: 'header' } as const;

function usualOperations(declared: Declared): Resource['usual'] {
  const { operations } = declared.spec;
  const made = Object.entries(usualOperation).flatMap(([verb, specOf]) => {
    // The keys of the table are the verbs.
    const words = operations[verb as Verb];
    return words ? [[verb, defineOperation({ ...specOf(declared), ...words })] as const] : [];
  });
  return Object.fromEntries(made);
}

/** The usual operations, in the order of the documentation. */
const usualOperation: Readonly<Record<Verb, (declared: Declared) => PrincipalOperation>> = {
  list: (declared) => ({
    ...ofCollection(declared, 'read'),
    ...{ id: `list${wordsOf(declared.spec.nouns).pascal}`, method: 'GET', idempotency: 'none' },
    summary: `List ${declared.spec.nouns}`,
    query: listParameters(declared.spec, declared.row),
    answers: { 200: listAnswer(declared) },
  }),
  create: (declared) => ({
    ...{ ...ofCollection(declared, 'write'), ...keyed },
    ...{ id: `create${declared.words.pascal}`, method: 'POST', summary: `Create ${declared.words.aNoun}` },
    body: createBody(declared),
    answers: { 201: declared.made },
    ...(declared.spec.unique ? { refusals: { ...keyed.refusals, 409: taken(declared) } } : {}),
  }),
  get: (declared) => ({
    ...ofRow(declared, 'read'),
    ...{ id: `get${declared.words.pascal}`, method: 'GET', idempotency: 'none' },
    summary: `Get ${declared.words.aNoun}`,
    answers: { 200: { ...declared.plain, description: `The ${declared.words.noun}.`, headers: [] } },
  }),
  update: (declared) => ({
    ...{ ...ofRow(declared, 'write'), ...keyed },
    ...{ id: `update${declared.words.pascal}`, method: 'PATCH', summary: `Change ${declared.words.aNoun}` },
    description: 'Names the version that it changes. Fields that are left out stay as they are.',
    body: updateBody(declared),
    answers: { 200: declared.plain },
    refusals: { ...keyed.refusals, 409: stale(declared) },
  }),
  archive: (declared) => ({
    ...{ ...ofRow(declared, 'write', '/archive'), ...keyed },
    ...{ id: `archive${declared.words.pascal}`, method: 'POST', summary: `Archive ${declared.words.aNoun}` },
    description: `An archived ${declared.words.noun} stays readable, is left out of lists, and cannot be changed.`,
    answers: { 200: declared.plain },
  }),
  delete: (declared) => ({
    ...{ ...ofRow(declared, 'write'), ...keyed },
    ...{ id: `delete${declared.words.pascal}`, method: 'DELETE', summary: `Delete ${declared.words.aNoun}` },
    answers: { 200: deletedAnswer(declared) },
  }),
};

function actionOperations(declared: Declared): Resource['actions'] {
  const { spec, words, made, plain } = declared;
  return Object.fromEntries(
    Object.entries(spec.actions ?? {}).map(([name, { summary, description, body, showsSecret }]) => [
      name,
      defineOperation({
        ...{ ...ofRow(declared, 'write', `/${name}`), ...keyed, ...given({ description, body }) },
        ...{ id: `${name}${words.pascal}`, method: 'POST', summary },
        answers: { 200: showsSecret ? made : plain },
      }),
    ]),
  );
}

const common = ({ api, tag, permissions }: ResourceSpec, access: 'read' | 'write') => ({
  ...{ api, tag, permission: permissions[access] },
});

function ofCollection({ spec }: Declared, access: 'read' | 'write') {
  const path = spec.path.slice(0, spec.path.lastIndexOf('/')) as OperationSpec['path']; // The path ends with `/{…}`.
  return { ...common(spec, access), path, ...given({ params: spec.parent?.params }) };
}

const ofRow = ({ spec, params }: Declared, access: 'read' | 'write', more: '' | `/${string}` = '') =>
  ({ ...common(spec, access), path: `${spec.path}${more}`, params }) as const;

function createBody({ spec, words, plain }: Declared): RequestBody {
  const named = Object.entries(exampleObject(plain)).filter(([name]) => name in spec.fields);
  return {
    schema: z.strictObject(spec.fields).register(namedBodies, { id: `Create${words.pascal}` }),
    example: Object.fromEntries(named),
  };
}

function updateBody({ spec, words, plain }: Declared): RequestBody {
  const { fields, immutable = [] } = spec;
  const names = Object.keys(fields).filter((name) => !immutable.includes(name));
  const optional = Object.entries(storedFields(fields))
    .filter(([name]) => names.includes(name))
    .map(([name, schema]) => [name, schema.optional()] as const);
  const version = z.int().min(1).meta({ description: 'The version that is changed, as it was answered.' });
  const [first, value] = Object.entries(exampleObject(plain)).find(([name]) => names.includes(name)) ?? [];
  return {
    schema: z
      .strictObject({ version, ...Object.fromEntries(optional) })
      .refine((body) => Object.values(body).filter((field) => field !== undefined).length > 1, {
        error: `must name at least one field to change: ${names.join(', ')}`,
      })
      .meta({ minProperties: 2 })
      .register(namedBodies, { id: `Update${words.pascal}` }),
    example: { version: 1, ...(first === undefined ? {} : { [first]: value }) },
  };
}

function listAnswer({ spec, words, listField, row, plain }: Declared): Answer {
  const schema = z
    .strictObject({
      [listField]: z.array(row),
      ...pageFields,
    })
    .register(namedResources, { id: `${words.pascal}List` });
  const example = { [listField]: [plain.example], limit: 50, next_cursor: null };
  return { description: `The ${spec.nouns}.`, schema, example };
}

function deletedAnswer({ spec, words, plain }: Declared): Answer {
  const schema = z
    .strictObject({ id: idSchema(spec.id), deleted: z.literal(true) })
    .register(namedResources, { id: `Deleted${words.pascal}` });
  return { ...plain, schema, example: { id: exampleId(spec.id), deleted: true } };
}

const taken = ({ spec: { unique = [] }, words }: Declared): DocumentedRefusal => ({
  description: `Another ${words.noun} has this value of \`field\`.`,
  example: { error: takenMessage(words, unique[0] ?? ''), code: RefusalCode.Taken, field: unique[0] ?? '' },
});

const stale = (declared: Declared): DocumentedRefusal => ({
  description: [
    'The version is stale: read the newest, and decide again.',
    ...(declared.spec.unique ? [taken(declared).description] : []),
  ].join(' '),
  example: { error: staleMessage(declared.words), code: RefusalCode.StaleVersion, field: 'version' },
});

/** The message for a value that another row has. */
export const takenMessage = ({ noun }: ResourceWords, field: string): string =>
  `another ${noun} has this ${field}`;

/** The message for a change of a stale version. */
export const staleMessage = ({ noun }: ResourceWords): string =>
  `the ${noun} was changed in the meantime; read it, and change its newest version`;
