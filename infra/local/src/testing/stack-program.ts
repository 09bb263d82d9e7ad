import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { localPaths } from '../local-paths.js';
import type { StackDescription } from '../local-stack.js';
import { freePort } from '../ports.js';
import { eventually } from '../processes.js';
import { built, runProgram, type Program } from './program.js';

const run = promisify(execFile);

const portVariables = [
  ...['GATEWAY_PORT', 'POSTGRES_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'PAYMENT_SIMULATOR_PORT'],
  ...['ORDER_WORKER_PORT', 'PAYMENT_WORKER_PORT', 'INVENTORY_WORKER_PORT', 'INTEGRATION_WORKER_PORT'],
];

/** The environment of a stack with its own ports, beside others on this machine. */
export async function stackEnvironment(dataDir: string): Promise<Record<string, string>> {
  const ports = await Promise.all(
    portVariables.map(async (name) => [name, String(await freePort())] as const),
  );
  // A busy machine may need long to record an order.
  const patient = { RATE_LIMIT_MAX: '1000000', RECORD_TIMEOUT_MS: '30000' };
  return { LOCAL_DATA_DIR: dataDir, ...patient, ...Object.fromEntries(ports) };
}

/** Runs the built stack, as `npm start` does. */
export const runStack = (env: Readonly<Record<string, string>>): Program =>
  runProgram([built('main.js')], env);

/** Resolves with the content of `stack.json` when the stack is ready. */
export async function whenUp(stack: Program, dataDir: string): Promise<StackDescription> {
  await Promise.race([
    stack.saying('Ctrl-C stops everything', 120_000),
    stack.ended.then((how) => Promise.reject(new Error(`it ended (${how}): ${stack.said()}`))),
  ]);
  return JSON.parse(await readFile(localPaths(dataDir).stackFile, 'utf8')) as StackDescription; // Only the stack writes it.
}

/** The child processes of a process, with their commands. */
export async function childrenOf(pid: number): Promise<readonly { pid: number; command: string }[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, own, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === pid && command !== undefined ? [{ pid: Number(own), command }] : [];
  });
}

/** Asks the stack's gateway for an order until it has the status. */
export function orderReaching(stack: StackDescription, id: string, status: string): Promise<true> {
  return eventually(`order ${id} becoming ${status}`, async (): Promise<true> => {
    const response = await askGateway(stack, `/api/v1/oms/orders/${id}`);
    const text = await response.text();
    if (response.ok && (JSON.parse(text) as { status?: unknown }).status === status) return true;
    throw new Error(`it is ${response.status} ${text}`);
  });
}

export function askGateway(
  stack: StackDescription,
  path: string,
  init: RequestInit = {},
  token = stack.token,
) {
  const headers = {
    Authorization: `Bearer ${token}`,
    'X-Tenant-ID': stack.tenant_id,
    'X-Org-ID': stack.org_id,
    'Content-Type': 'application/json',
  };
  return fetch(`${stack.gateway_url}${path}`, { ...init, headers, signal: AbortSignal.timeout(10_000) });
}
