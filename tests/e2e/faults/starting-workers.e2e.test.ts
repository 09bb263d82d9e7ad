import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { createServiceProcess, eventually, freePort, HopelessError, readyUrl } from '@oms/stack';
import { useFolder, useTestStack } from '@oms/testing/vitest';
import { msToTs } from '@temporalio/common/lib/time.js';
import { describe, expect, it, onTestFinished } from 'vitest';

describe('a worker whose namespace does not exist yet', () => {
  const folder = useFolder();
  const stack = useTestStack({ services: [] });

  it('runs on, is not ready, and polls once the namespace exists', { timeout: 300_000 }, async () => {
    const namespace = `later-${randomUUID()}`;
    const port = await freePort();
    const logFile = path.join(folder.path, 'order-worker.log');
    const worker = createServiceProcess({
      name: 'order-worker',
      env: () => ({
        ...stack.environment('order-worker'),
        TEMPORAL_NAMESPACE: namespace,
        HEALTH_PORT: String(port),
      }),
      readyUrl: readyUrl(port),
      logFile,
    });
    onTestFinished(() => worker.stop('SIGKILL'));
    worker.launch();
    const refusals = () => readFileSync(logFile, 'utf8').split('search attributes could not be').length - 1;
    await eventually('two refused attempts', async () => {
      if (!worker.isRunning()) throw new HopelessError('the worker has ended by itself');
      return refusals() >= 2 || undefined;
    });
    const answer = await fetch(readyUrl(port));
    expect(await answer.json()).toEqual({
      ready: false,
      checks: { database: 'ok', temporal: 'does not answer' },
    });

    await stack.temporal.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('24h'),
    });
    await worker.untilReady(150_000);
    expect(readFileSync(logFile, 'utf8')).toContain('"msg":"the worker is running"');
  });
});
