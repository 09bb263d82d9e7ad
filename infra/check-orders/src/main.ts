import { providerSettings } from '@oms/config';
import { createDatabase, findPaymentNotifications, type Database } from '@oms/database';
import { createPaymentProviders } from '@oms/payments';

import { help, parseCheckOptions, type CheckCommand } from './check-options.js';
import { checkOrders, type Finding } from './check-orders.js';
import { findBooks } from './find-books.js';

const exitCode = { allWell: 0, wrong: 1, unchecked: 2 } as const;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** @returns the exit code */
async function main(): Promise<number> {
  const command = parseCheckOptions(process.argv.slice(2));
  if (command.help) {
    process.stdout.write(help);
    return exitCode.allWell;
  }
  const books = await findBooks(process.env);
  const database = createDatabase({ connectionString: books.DATABASE_URL, poolSize: 4 });
  const providers = createPaymentProviders(providerSettings(books), {
    notifications: {
      about: (provider, reference) => findPaymentNotifications(database, provider, reference),
    },
  });
  try {
    return await report(database, providers, command);
  } finally {
    await database.close();
  }
}

async function report(
  database: Database,
  providers: ReturnType<typeof createPaymentProviders>,
  { tenant, status, from, before, concurrency, json }: CheckCommand,
): Promise<number> {
  const sums = { orders: 0, wrong: 0, unchecked: 0 };
  const filter = {
    ...(tenant === undefined ? {} : { tenantId: tenant }),
    ...(status ? { statuses: status } : {}),
    ...(from === undefined ? {} : { createdFrom: from }),
    ...(before === undefined ? {} : { createdBefore: before }),
  };
  for await (const finding of checkOrders(database, providers, { filter, concurrency })) {
    sums.orders += 1;
    if (finding.faults.length > 0) sums.wrong += 1;
    if (finding.unchecked !== undefined) sums.unchecked += 1;
    if (finding.faults.length > 0 || finding.unchecked !== undefined) {
      say(json ? JSON.stringify(finding) : describe(finding));
    }
  }
  const { orders, wrong, unchecked } = sums;
  say(
    json
      ? JSON.stringify(sums)
      : `${orders} orders, ${wrong} wrong, ${unchecked} not compared with their provider`,
  );
  if (wrong > 0) return exitCode.wrong;
  return unchecked > 0 ? exitCode.unchecked : exitCode.allWell;
}

function describe({ number, orderId, tenantId, status, faults, unchecked }: Finding): string {
  return [
    `${number} (${orderId}, tenant ${tenantId}) is ${status}:`,
    ...faults.map((fault) => `  - ${fault}`),
    ...(unchecked === undefined ? [] : [`  - not compared: ${unchecked}`]),
  ].join('\n');
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCode.unchecked;
}
