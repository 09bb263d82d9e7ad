import { Router } from 'express';
import { z } from 'zod';

import { faultRequest, type KnownOperations } from '../faults/fault.js';
import type { FaultRegistry } from '../faults/fault-registry.js';
import type { HeldRequests } from '../faults/held-requests.js';
import { ControlError, readControl } from './control-error.js';

const releaseRequest = z.strictObject({
  faultId: z.string().min(1).optional(),
  paymentIntent: z.string().min(1).optional(),
});

/** Creates, shows and deletes faults, and releases the requests that they hold. */
export function createFaultRoutes(options: {
  readonly faults: FaultRegistry;
  readonly held: HeldRequests;
  readonly operations: KnownOperations;
}): Router {
  const { faults, held } = options;
  const schema = faultRequest(options.operations);
  const router = Router();
  router.post('/faults', (request, response) => {
    response.status(201).json(faults.add(readControl(schema, request.body)));
  });
  router.get('/faults', (_request, response) => {
    response.json({ faults: faults.list(), held: held.size });
  });
  router.get('/faults/:id', (request, response) => {
    const fault = faults.get(request.params.id);
    if (!fault) throw new ControlError(404, `there is no fault ${request.params.id}`);
    response.json(fault);
  });
  // Also releases the requests that the fault holds: without the fault, nothing else would.
  router.delete('/faults/:id', (request, response) => {
    const { id } = request.params;
    if (!faults.remove(id)) throw new ControlError(404, `there is no fault ${id}`);
    response.json({ deleted: 1, released: held.release({ faultId: id }) });
  });
  router.delete('/faults', (_request, response) => {
    const deleted = faults.clear().length;
    response.json({ deleted, released: held.release() });
  });
  router.post('/release', (request, response) => {
    const { faultId, paymentIntent } = readControl(releaseRequest, request.body);
    const released = held.release({
      ...(faultId === undefined ? {} : { faultId }),
      ...(paymentIntent === undefined ? {} : { paymentIntent }),
    });
    response.json({ released });
  });
  return router;
}
