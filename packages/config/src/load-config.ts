import type { z } from 'zod';

/** An invalid or incomplete environment. The message lists every fault, without values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly string[]) {
    super(`the configuration is not usable:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** An environment, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a service's configuration from the environment, once, at the start of the service. An empty variable counts as
 * absent, because compose files and shells set such variables.
 *
 * @throws ConfigError with every variable at fault and its allowed values. Never with the given values, which may be secrets
 */
export function loadConfig<Schema extends z.ZodType>(schema: Schema, env: Environment): z.infer<Schema> {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.map((issue) => describeFault(issue, given)));
}

function describeFault(issue: z.core.$ZodIssue, given: Environment): string {
  const name = issue.path.join('.');
  if (name === '') return issue.message;
  if (given[name] !== undefined) return `${name} ${allowed(issue)}`;
  return issue.message.startsWith('is required')
    ? `${name} ${issue.message}`
    : `${name} is required: it ${allowed(issue)}`;
}

/** The schema's own message, or zod's. Neither repeats the given value. */
function allowed(issue: z.core.$ZodIssue): string {
  if (/^(must|is|are|needs|may|cannot) /.test(issue.message)) return issue.message;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type') return `must be a ${issue.expected}`;
  return `is not valid: ${issue.message}`;
}
