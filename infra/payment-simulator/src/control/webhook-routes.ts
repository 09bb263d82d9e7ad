import { Router } from 'express';
import { z } from 'zod';

import type { WebhookSender } from '../webhooks/webhook-sender.js';
import { ControlError, readControl } from './control-error.js';

const resendRequest = z.strictObject({ event: z.string().min(1) });

/**
 * Where events are sent to, and what has become of them.
 *
 * @param secret what the provider's secrets look like
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
  router.post('/webhooks/resend', (request, response) => {
    const { event } = readControl(resendRequest, request.body);
    if (!sender.resend(event)) throw new ControlError(404, `there is no event ${event}`);
    response.json({ sent: 1 });
  });
  return router;
}
