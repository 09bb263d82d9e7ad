import { Api, refusalMeanings } from '@oms/contracts/http';
import { cancellationReasons, FaultCode, refusalCodes } from '@oms/domain';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';

import { statusOf } from './public-api.js';

const apis = [Api.Orders, Api.Sales, Api.Commerce] as const;

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const code = (text: string): string => `\`${text}\``;

function page(): string {
  const rows = refusalCodes.map((name) =>
    row(code(name), refusalMeanings[name], ...apis.map((api) => String(statusOf(api, name)))),
  );
  const reasons = cancellationReasons.map((reason) => code(reason.toUpperCase()));
  return [
    '# Error codes',
    'Generated: `npm run reference`.',
    'Every refusal and failure has the body `{"error": "…", "code": "…"}`: words for a person, and a stable name for programs. `field` names the field at fault. `errors` lists the faults of an invalid request, one for each field, up to 20; `error` joins their sentences. `allowed` names the statuses that are possible instead, `skus` the SKUs that it is about.',
    '```json\n' +
      JSON.stringify(
        {
          error: 'items[0].quantity must be a positive integer; payment_reference is required',
          code: 'INVALID_REQUEST',
          errors: [
            {
              field: 'items[0].quantity',
              code: 'INVALID_VALUE',
              message: 'items[0].quantity must be a positive integer',
            },
            { field: 'payment_reference', code: 'REQUIRED', message: 'payment_reference is required' },
          ],
        },
        null,
        2,
      ) +
      '\n```',
    [
      row('Code', 'Meaning', 'Orders', 'Sales', 'Commerce'),
      row('---', '---', '---', '---', '---'),
      ...rows,
    ].join('\n'),
    `The codes in \`errors\` are ${Object.values(FaultCode).map(code).join(', ')}.`,
    `An order that is cancelled before \`POST /v1/orders\` is answered is a 422 whose code is the reason: ${reasons.join(', ')}.`,
    'A code stays as it is. New ones may be added: treat an unknown code by its status.',
  ].join('\n\n');
}

it('docs/reference/error-codes.md is current; `npm run reference` writes it anew', async () => {
  const file = new URL('../../../../docs/reference/error-codes.md', import.meta.url).pathname;
  const written = await format(page(), { ...(await resolveConfig(file)), filepath: file });
  await expect(written).toMatchFileSnapshot(file);
});
