import type { Request, Response } from 'express';
import type { z } from 'zod';

import { StripeError } from '../stripe/stripe-error.js';

/** A rejected request to the control API. */
export class ControlError extends Error {
  override readonly name = 'ControlError';

  constructor(
    readonly status: 400 | 404 | 409,
    message: string,
  ) {
    super(message);
  }
}

/** Reads a body or a query. @throws ControlError 400 that names every invalid member */
export function readControl<Schema extends z.ZodType>(schema: Schema, given: unknown): z.infer<Schema> {
  const result = schema.safeParse(given ?? {});
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new ControlError(400, faults.join('; '));
}

/** Answers `{"error": "…"}`. */
export function answerControlFailure(error: unknown, _request: Request, response: Response): void {
  const { status, message } = describe(error);
  response.status(status).json({ error: message });
}

function describe(error: unknown): { readonly status: number; readonly message: string } {
  if (error instanceof ControlError || error instanceof StripeError) return error;
  // Express could not read the request: its body is invalid JSON, for example.
  if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500) {
    return { status: error.status, message: error.message };
  }
  return { status: 500, message: 'the simulator failed; its log says why' };
}
