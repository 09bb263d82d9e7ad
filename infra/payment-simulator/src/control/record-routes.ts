import { Router } from 'express';
import { z } from 'zod';

import { totalsOf, type Ledger, type LedgerEntry } from '../store/ledger.js';
import type { RequestLog } from '../http/request-log.js';
import { readControl } from './control-error.js';

const count = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a whole number')
  .transform(Number);

const ledgerQuery = z.strictObject({
  payment_intent: z.string().optional(),
  /** Only entries with a higher sequence. */
  after: count.optional(),
  limit: count.optional(),
});

const requestQuery = z.strictObject({
  operation: z.string().optional(),
  payment_intent: z.string().optional(),
  idempotency_key: z.string().optional(),
  limit: count.default(1_000),
});

/** Reads the ledger and the request log. */
export function createRecordRoutes({ ledger, requests }: { ledger: Ledger; requests: RequestLog }): Router {
  const router = Router();
  router.get('/ledger', (request, response) => {
    const { payment_intent: intent, after = 0, limit } = readControl(ledgerQuery, request.query);
    const all = intent === undefined ? [...ledger.values()] : ledger.group(intent);
    const later = all.filter(({ sequence }) => sequence > after);
    const entries = limit === undefined ? later : later.slice(0, limit);
    response.json({
      entries: entries.map(({ id: _, ...entry }) => entry),
      has_more: entries.length < later.length,
      totals: totalsByCurrency(all),
    });
  });
  router.get('/requests', (request, response) => {
    const { limit, ...filter } = readControl(requestQuery, request.query);
    response.json({ requests: requests.find(filter, limit) });
  });
  return router;
}

/** Amounts of different currencies are never added up. */
function totalsByCurrency(entries: readonly LedgerEntry[]): object {
  const groups = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.currency);
    if (group) group.push(entry);
    else groups.set(entry.currency, [entry]);
  }
  return Object.fromEntries([...groups].map(([currency, group]) => [currency, totalsOf(group)]));
}
