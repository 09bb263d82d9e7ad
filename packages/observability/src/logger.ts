import { pino, type DestinationStream, type Logger } from 'pino';

import { LogOutput } from './log-output.js';

export type { Logger } from 'pino';

/**
 * Keys that may hold secrets or card data. Their values never leave the process: they are redacted in a log line's object and
 * in the objects directly inside of it.
 */
const secretNames = [
  'authorization',
  'Authorization',
  'cookie',
  'token',
  'accessToken',
  'apiKey',
  'api_key',
  'secret',
  'clientSecret',
  'client_secret',
  'password',
  'connectionString',
  'card',
  'cardNumber',
  'card_number',
  'cvc',
  'cvv',
] as const;

const secretPaths = [
  ...secretNames.flatMap((name) => [name, `*.${name}`]),
  ...['req', 'request', 'res', 'response'].flatMap((holder) => [
    `${holder}.headers.authorization`,
    `${holder}.headers.cookie`,
    `${holder}.headers["stripe-signature"]`,
  ]),
];

/**
 * Creates a logger that writes one JSON object per line to standard output. Logging never blocks and never fails: lines that
 * cannot be written are dropped and counted.
 *
 * @param destination receives the lines instead; for tests
 */
export function createLogger(
  options: { readonly service: string; readonly level: string },
  destination?: DestinationStream,
): Logger {
  const settings = {
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secretPaths, censor: '[redacted]' },
  };
  return pino(settings, destination ?? new LogOutput((lost) => lostLines(options.service, lost)));
}

/** A warning in pino's format. Pino itself is not available here, because its output is blocked. */
function lostLines(service: string, lost: number): string {
  const level = pino.levels.values['warn'];
  const time = new Date().toISOString();
  const msg = 'lines of this log could not be written and are lost';
  return `${JSON.stringify({ level, time, service, lost, msg })}\n`;
}
