import { z } from 'zod';

/**
 * A whole number within limits, in decimal digits. `1e3`, `0x10` and ` 5` are refused, because they are more likely
 * mistakes.
 */
export function wholeNumber(limits: { readonly min: number; readonly max: number }) {
  const message = `must be a whole number from ${limits.min} to ${limits.max}`;
  return z
    .string({ error: message })
    .regex(/^-?\d{1,15}$/, { error: message, abort: true })
    .transform(Number)
    .refine((value) => value >= limits.min && value <= limits.max, { error: message });
}

/** Exactly `true` or `false`. */
export const booleanFlag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((value) => value === 'true');

/** A TCP port; 0 lets the system choose. */
export const portNumber = wholeNumber({ min: 0, max: 65_535 });

/** A name or an address to listen on. */
export const hostName = z.string().regex(/^\S+$/, 'must be a host name or an address, such as 127.0.0.1');

/** An absolute `http` or `https` URL. */
export const httpUrl = z
  .string({ error: 'must be an http or https URL' })
  .refine(isHttpUrl, { error: 'must be an http or https URL' });

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

export const loggingConfig = z.object({
  /** The least severe lines that are logged. */
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});
export type LoggingConfig = z.infer<typeof loggingConfig>;

/** The variables of every service. */
export const environmentConfig = z.object({
  /** In production, development secrets and plain HTTP for keys are refused. */
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  ...loggingConfig.shape,
});
export type EnvironmentConfig = z.infer<typeof environmentConfig>;

const databaseUrlMessage = 'must be a PostgreSQL URL, such as postgresql://user:password@host:5432/name';

export const databaseConfig = z.object({
  /** PostgreSQL, as the user of this process's database role. */
  DATABASE_URL: z.string({ error: databaseUrlMessage }).regex(/^postgres(ql)?:\/\/./, databaseUrlMessage),
  /** The largest number of connections of this process. */
  DATABASE_POOL_SIZE: wholeNumber({ min: 1, max: 500 }).default(10),
});
export type DatabaseConfig = z.infer<typeof databaseConfig>;

/** The address of the health server, for services without an HTTP interface of their own. */
export const healthConfig = z.object({
  /** Where `/healthz` and `/readyz` are answered. */
  HEALTH_HOST: hostName.default('127.0.0.1'),
  /** The port of `/healthz` and `/readyz`. */
  HEALTH_PORT: portNumber,
});
export type HealthConfig = z.infer<typeof healthConfig>;
