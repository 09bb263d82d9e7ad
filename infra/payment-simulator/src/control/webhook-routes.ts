import { Router } from 'express';
import { z } from 'zod';

import type { WebhookSender } from '../webhooks/webhook-sender.js';
import { readControl } from './control-error.js';

/**
 * Reads and sets the endpoint of a provider's webhooks, and shows their deliveries.
 *
 * @param secret the syntax of the provider's secrets
 */
export function createWebhookRoutes(sender: WebhookSender, secret = z.string().min(1)): Router {
  const endpointRequest = z.strictObject({
    url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
    secret,
  });
  const router = Router();
  const status = () => ({ endpoint: sender.endpoint?.url ?? null, ...sender.status() });
  router.get('/webhooks', (_request, response) => {
    response.json(status());
  });
  router.put('/webhooks', (request, response) => {
    sender.use(readControl(endpointRequest, request.body));
    response.json(status());
  });
  router.delete('/webhooks', (_request, response) => {
    sender.use(undefined);
    response.json(status());
  });
  router.post('/webhooks/flush', (_request, response) => {
    response.json({ sent: sender.flush() });
  });
  return router;
}
