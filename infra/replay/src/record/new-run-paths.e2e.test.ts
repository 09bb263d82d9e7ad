import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { FailureType } from '@oms/contracts/temporal';
import { freePort, startTemporal, type TemporalServer } from '@oms/stack';
import { startTestStack } from '@oms/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { change } from './change-order.js';
import { changeInNewRun } from './new-run-paths.js';
import { earlyContinuation } from './record-servers.js';
import { createStage, type StackStage } from './stage.js';

describe('an order that is asked for a change before its new run knows what became of it', () => {
  let folder: string;
  let temporal: TemporalServer;
  let stage: StackStage;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'oms-new-run-'));
    temporal = await startTemporal({
      binary: inject('temporalBinary'),
      port: await freePort(),
      logFile: path.join(folder, 'temporal.log'),
      dynamicConfig: earlyContinuation,
    });
    const postgresPort = inject('postgresPort');
    stage = createStage(await startTestStack({ postgresPort, temporalAddress: temporal.address }));
  });
  afterAll(async () => {
    await stage.stack.stop();
    await temporal.stop('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  async function open(): Promise<string> {
    const orderId = await stage.place((await stage.payable()).body);
    await stage.untilAtRest(orderId);
    return orderId;
  }

  async function statusOf(orderId: string): Promise<string> {
    return (await stage.stack.api.getOrder(orderId)).body.status;
  }

  it('makes the change once it knows', async () => {
    const orderId = await open();
    expect(await changeInNewRun(stage, orderId, 'ship', { startsProcessing: true })).toMatchObject({
      status: 'shipped',
    });
    expect(await statusOf(orderId)).toBe('shipped');
  });

  it('refuses a cancellation that comes too late, and goes on', async () => {
    const orderId = await open();
    await change(stage, orderId, 'ship', { startsProcessing: true });
    const refused = await changeInNewRun(stage, orderId, 'cancel', {}).catch((error: unknown) => error);
    expect(refused).toMatchObject({ cause: { type: FailureType.ChangeRefused } });
    const { body } = await stage.stack.api.getOrder(orderId);
    expect(body.status).toBe('shipped');
    expect(body.payment_status).not.toBe('refunded');
    await change(stage, orderId, 'deliver');
    expect(await statusOf(orderId)).toBe('delivered');
  });
});
