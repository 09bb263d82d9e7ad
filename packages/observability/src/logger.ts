import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Where secrets could stand in what is logged. Their values never leave the process. */
const secretPaths = [
  'authorization',
  'headers.authorization',
  'req.headers.authorization',
  '*.authorization',
  '*.token',
  '*.apiKey',
  '*.password',
  '*.connectionString',
  'token',
  'apiKey',
  'password',
  'connectionString',
];

/** A logger of one JSON object per line, to standard output. */
export function createLogger(options: { readonly service: string; readonly level: string }): Logger {
  return pino({
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secretPaths, censor: '[redacted]' },
  });
}
