import type { z } from 'zod';

import type { Api } from './api.js';
import type { ErrorResource } from './error-resource.js';
import type { Permission } from './permission.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The status of an operation that was carried out (200, 201) or was accepted and will be carried out (202). */
export type AnswerStatus = 200 | 201 | 202;

/** The status of a refusal or a failure. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 406 | 409 | 413 | 422 | 429 | 500 | 503;

/** A header that only some answers have. */
export type AnswerHeader = 'Location' | 'Idempotent-Replayed' | 'Retry-After';

/** An HTML page for people. */
export interface Page {
  readonly html: string;
}

/** A file for people. */
export interface Download {
  readonly bytes: Uint8Array;
  readonly fileName: string;
}

/** One answer of an operation. */
export interface Answer {
  readonly description: string;
  /** The schema of a JSON answer. Absent for other formats, which `media` describes. */
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  readonly headers?: readonly AnswerHeader[];
  /** Other representations, by media type, as OpenAPI describes them. */
  readonly media?: Readonly<Record<string, object>>;
}

/** The body of a request. */
export interface RequestBody {
  readonly schema: z.ZodType;
  readonly example?: unknown;
  readonly description?: string;
  /** Allows a request without a body, which then counts as `{}`. */
  readonly isOptional?: true;
  /** The largest accepted size. 1 by default. */
  readonly maxMegabytes?: 10;
}

/** A refusal that an operation documents in its own words. */
export interface DocumentedRefusal {
  readonly description: string;
  readonly example: ErrorResource;
}

/**
 * The declaration of one operation. Its route, its permission, the OpenAPI document, the reference pages and the tests
 * that walk all operations are made from it.
 */
export interface OperationSpec {
  /** Unique among all operations, such as `createOrder`. */
  readonly id: string;
  readonly api: Api;
  readonly method: Method;
  /** With its parameters in braces, such as `/api/v1/oms/orders/{orderID}`. */
  readonly path: `/${string}`;
  /** Required of the caller. Absent only for webhooks and links, which a signature authenticates. */
  readonly permission?: Permission;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** A schema for each parameter of the path, in the order of the path. */
  readonly params?: Readonly<Record<string, z.ZodType>>;
  readonly query?: z.ZodType;
  /** Without it, any field in a body is refused. */
  readonly body?: RequestBody;
  readonly answers: Readonly<Partial<Record<AnswerStatus, Answer>>>;
  /**
   * The place of the key under which a repeated request is a no-op: the `Idempotency-Key` header, or the field
   * `idempotency_key` of the body. `none` for reads and for requests whose repetition has no effect.
   */
  readonly idempotency: 'header' | 'body' | 'none';
  /** Refusals beyond those that follow from API, method and parameters. `true` documents one in its usual words. */
  readonly refusals?: Readonly<Partial<Record<RefusalStatus, true | DocumentedRefusal>>>;
}

/** An operation whose caller is an authenticated principal. */
export type PrincipalOperation = OperationSpec & { readonly permission: Permission };

/** Declares an operation. Throws unless `params` has exactly the parameters of the path. */
export function defineOperation<const Spec extends OperationSpec>(spec: Spec): Spec {
  const inPath = [...spec.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
  const declared = Object.keys(spec.params ?? {});
  if (inPath.join() !== declared.join()) {
    throw new Error(`${spec.id}: the path has [${inPath.join()}], the parameters are [${declared.join()}]`);
  }
  return spec;
}

/** The media types of an operation that does not answer in JSON. The first is the default. */
export function mediaTypesOf({ answers }: OperationSpec): readonly string[] {
  const { schema, media = {} } = answers[200] ?? {};
  return schema ? [] : Object.keys(media);
}

type OutputOf<Part> = Part extends z.ZodType ? z.output<Part> : undefined;

/** The parameters of an operation's path, parsed. */
export type ParamsOf<Spec extends OperationSpec> = {
  readonly [Name in keyof NonNullable<Spec['params']>]: OutputOf<NonNullable<Spec['params']>[Name]>;
};
/** The query of an operation, parsed. */
export type QueryOf<Spec extends OperationSpec> = OutputOf<Spec['query']>;
/** The body of an operation, parsed. */
export type BodyOf<Spec extends OperationSpec> = Spec['body'] extends RequestBody
  ? z.output<Spec['body']['schema']>
  : undefined;

/** A request of an operation, parsed. */
export interface InputOf<Spec extends OperationSpec> {
  readonly params: ParamsOf<Spec>;
  readonly query: QueryOf<Spec>;
  readonly body: BodyOf<Spec>;
  /** The `Idempotency-Key` header, if there is one. */
  readonly idempotencyKey?: string;
  /** The media type to answer with, where the operation offers several. */
  readonly mediaType?: string;
}

/** One of the answers that an operation declares. */
export type AnswerOf<Spec extends OperationSpec> = {
  readonly [Status in keyof Spec['answers'] & AnswerStatus]: {
    readonly status: Status;
    readonly headers?: Readonly<Partial<Record<AnswerHeader, string>>>;
    readonly body: Spec['answers'][Status] extends { readonly schema: infer Schema extends z.ZodType }
      ? z.output<Schema>
      : Page | Download;
  };
}[keyof Spec['answers'] & AnswerStatus];
