import { readFileSync } from 'node:fs';

import { ConfigError, loadConfig, temporalConnectionOptions } from '@oms/config';
import { namingUnder, type TaskQueue } from '@oms/contracts/temporal';
import { createDatabase, type Database } from '@oms/database';
import { createLogger, runService, startHealthServer, type Logger } from '@oms/observability';
import { ensureSearchAttributes } from '@oms/temporal';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { z } from 'zod';

import { installRuntime } from './runtime.js';
import type { WorkerConfig } from './worker-config.js';

export interface WorkerService<Schema extends z.ZodType<WorkerConfig>> {
  /** The service's name, for logs and the worker's identity. */
  readonly name: string;
  readonly taskQueue: TaskQueue;
  readonly configSchema: Schema;
  readonly createActivities: (deps: {
    readonly database: Database;
    readonly config: z.infer<Schema>;
  }) => object;
  /** The bundle of the service's workflows. Absent for a service that runs activities only. */
  readonly workflowBundlePath?: string;
}

const retryMs = 1_000;

/**
 * Time for a stopping worker to finish its tasks. Workflow tasks and local activities get less, since another worker repeats
 * them. Calls to foreign services get more: after an interrupted call, its outcome would have to be queried.
 */
const drainMs = { steps: 10_000, calls: 24_000 } as const;
/** Time after which activities under way are cancelled. */
const callsGraceMs = 20_000;

/**
 * Runs a worker service from its environment until a stop signal. Waits without limit for Temporal, its namespace and the
 * search attributes. Serves health, and is ready once it polls. On SIGTERM it finishes the tasks under way, within
 * {@link drainMs}; Temporal gives the rest to another worker. Prints all faults of an invalid configuration and exits with
 * status 1.
 */
export function runWorkerService<Schema extends z.ZodType<WorkerConfig>>(
  service: WorkerService<Schema>,
): void {
  let config: z.infer<Schema>;
  try {
    config = loadConfig(service.configSchema, process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${service.name}: ${error.message}\n`);
    process.exit(1);
  }
  const log = createLogger({ service: service.name, level: config.LOG_LEVEL });
  runService(log, async (onClose) => {
    const database = createDatabase({
      connectionString: config.DATABASE_URL,
      poolSize: config.DATABASE_POOL_SIZE,
      onConnectionLost: (error) => log.warn({ err: error }, 'a database connection was lost'),
    });
    onClose('database', () => database.close());

    // Absent until the worker polls.
    let polled: NativeConnection | undefined;
    const health = await startHealthServer({
      host: config.HEALTH_HOST,
      port: config.HEALTH_PORT,
      log,
      checks: {
        database: () => database.ping(),
        temporal: () =>
          polled ? polled.healthService.check({}) : Promise.reject(new Error('the worker does not poll yet')),
      },
    });
    onClose('health', () => health.close());

    installRuntime(log);
    const connection = await connect(config, log);
    // A connection in use by a worker cannot be closed. It ends with the process.
    let isFree = true;
    onClose('temporal', () => (isFree ? connection.close() : Promise.resolve()));
    await registerSearchAttributes(connection, config, log);

    const worker = await createWorker(service, config, connection, database);
    const running = worker.run();
    polled = connection;
    const drained = async (): Promise<void> => {
      isFree = await drain(worker, running);
      if (!isFree) log.warn(worker.getStatus(), 'what the worker has begun is left to another one');
    };
    onClose('worker', drained, { withinMs: drainMs.calls + 1_000 });
    log.info(
      { taskQueue: queueOf(service, config), namespace: config.TEMPORAL_NAMESPACE },
      'the worker is running',
    );
    await running;
  });
}

/** @returns whether the worker has finished all of its tasks */
async function drain(worker: Worker, running: Promise<void>): Promise<boolean> {
  if (worker.getState() === 'RUNNING') worker.shutdown();
  const finished = running.then(() => true);
  const within = (ms: number): Promise<boolean> =>
    Promise.race([finished, new Promise<boolean>((resolve) => setTimeout(resolve, ms, false))]);
  if (await within(drainMs.steps)) return true;
  return worker.getStatus().numInFlightNonLocalActivities > 0 && within(drainMs.calls - drainMs.steps);
}

function connect(config: WorkerConfig, log: Logger): Promise<NativeConnection> {
  const options = temporalConnectionOptions(config, (path) => readFileSync(path));
  return untilItSucceeds(
    () => NativeConnection.connect({ ...options, grpcCompression: { codec: 'none' } }),
    (error) => log.warn({ err: error, address: options.address }, 'Temporal does not answer; trying again'),
  );
}

async function registerSearchAttributes(
  connection: NativeConnection,
  { TEMPORAL_NAMESPACE: namespace }: WorkerConfig,
  log: Logger,
): Promise<void> {
  const added = await untilItSucceeds(
    () => ensureSearchAttributes(connection, namespace),
    (error) => log.warn({ err: error, namespace }, 'search attributes could not be looked at; trying again'),
  );
  if (added.length > 0) log.info({ added }, 'search attributes were registered');
}

async function untilItSucceeds<Result>(
  call: () => Promise<Result>,
  onFault: (error: unknown) => void,
): Promise<Result> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      onFault(error);
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

const queueOf = (
  { taskQueue }: { readonly taskQueue: TaskQueue },
  { TEMPORAL_PREFIX: prefix }: WorkerConfig,
): string => namingUnder(prefix)(taskQueue);

function createWorker<Schema extends z.ZodType<WorkerConfig>>(
  service: WorkerService<Schema>,
  config: z.infer<Schema>,
  connection: NativeConnection,
  database: Database,
): Promise<Worker> {
  const pollers = { type: 'autoscaling', initial: 5, maximum: 20 } as const;
  return Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: queueOf(service, config),
    identity: `${service.name}@${process.pid}`,
    activities: service.createActivities({ database, config }),
    maxConcurrentActivityTaskExecutions: config.MAX_CONCURRENT_ACTIVITIES,
    activityTaskPollerBehavior: pollers,
    shutdownGraceTime: callsGraceMs,
    ...(service.workflowBundlePath === undefined
      ? {}
      : {
          workflowBundle: { codePath: service.workflowBundlePath },
          workflowTaskPollerBehavior: pollers,
          maxCachedWorkflows: config.MAX_CACHED_WORKFLOWS,
          // Time that the workflows of a killed worker wait for it before another worker takes them.
          stickyQueueScheduleToStartTimeout: '5s',
        }),
  });
}
