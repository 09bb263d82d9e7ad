import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { waitForExit } from '@oms/stack';

import type { BareMessage, BareWorkerArguments } from './bare-contract.js';

export interface BareWorkers {
  readonly pids: Readonly<Record<string, number>>;
  /** Resolves after the last activity of the workflow. Call before the workflow starts. */
  whenDone(workflowId: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the bare contender's two processes, for workflows and for activities, and waits until both poll. */
export async function startBareWorkers(target: Omit<BareWorkerArguments, 'role'>): Promise<BareWorkers> {
  const waiting = new Map<string, () => void>();
  const onMessage = (message: BareMessage): void => {
    if (message.kind !== 'done') return;
    waiting.get(message.workflowId)?.();
    waiting.delete(message.workflowId);
  };
  const children: ChildProcess[] = [];
  const pids: Record<string, number> = {};
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => (child.kill('SIGKILL'), waitForExit(child))));
  };
  try {
    for (const role of ['workflows', 'activities'] as const) {
      const child = await startWorker({ ...target, role }, children, onMessage);
      if (child.pid !== undefined) pids[`bare ${role}`] = child.pid;
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pids,
    whenDone: (workflowId) => new Promise((resolve) => waiting.set(workflowId, resolve)),
    stop,
  };
}

async function startWorker(
  args: BareWorkerArguments,
  children: ChildProcess[],
  onMessage: (message: BareMessage) => void,
): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./main.js', import.meta.url)), [JSON.stringify(args)], {
    execArgv: [],
  });
  children.push(child);
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message: BareMessage) => {
      if (message.kind === 'ready') resolve();
      else onMessage(message);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the bare worker for ${args.role} ended with ${code}`)));
  });
  return child;
}
