import { pino, type DestinationStream, type Logger } from 'pino';

import { LogOutput } from './log-output.js';

export type { Logger } from 'pino';

/**
 * Names under which secrets and card data could stand in what is logged. Their values never leave the process:
 * they are replaced wherever one of these names is a key of a log line's object or of an object right inside it.
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
 * A logger of one JSON object per line, to standard output. Nothing waits for it, and nothing fails because of it: what
 * cannot be written is dropped and counted.
 *
 * @param destination where the lines go instead; for tests
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

/** As pino writes a warning, which cannot be asked while it cannot write. */
function lostLines(service: string, lost: number): string {
  const level = pino.levels.values['warn'];
  const time = new Date().toISOString();
  const msg = 'lines of this log could not be written and are lost';
  return `${JSON.stringify({ level, time, service, lost, msg })}\n`;
}
