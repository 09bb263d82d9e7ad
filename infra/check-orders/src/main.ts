import { readFileSync } from 'node:fs';

import { providerSettings, temporalConnectionOptions } from '@oms/config';
import { createDatabase, findPaymentNotifications, type Database } from '@oms/database';
import { namingUnder } from '@oms/contracts/temporal';
import { sayAmount, type Currency } from '@oms/domain';
import { createPaymentProviders } from '@oms/payments';
import type { Temporal } from '@oms/temporal';
import { Client, Connection } from '@temporalio/client';

import { abandonedOrders, type AbandonedOrder } from './abandoned-orders.js';
import { help, parseCheckOptions, type CheckCommand } from './check-options.js';
import { checkOrders, type Finding } from './check-orders.js';
import { loadCheckConfig } from './check-config.js';

const exitCode = { allWell: 0, wrong: 1, unchecked: 2 } as const;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** @returns the exit code */
async function main(): Promise<number> {
  const command = parseCheckOptions(process.argv.slice(2));
  if (command.help) {
    process.stdout.write(help);
    return exitCode.allWell;
  }
  const config = await loadCheckConfig(process.env);
  const database = createDatabase({ connectionString: config.DATABASE_URL, poolSize: 4 });
  const providers = createPaymentProviders(providerSettings(config), {
    notifications: {
      about: (provider, reference) => findPaymentNotifications(database, provider, reference),
    },
  });
  const connection = Connection.lazy(temporalConnectionOptions(config, (file) => readFileSync(file)));
  const client = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
  const temporal = { client, named: namingUnder(config.TEMPORAL_PREFIX) };
  try {
    return await report({ database, temporal }, providers, command);
  } finally {
    await Promise.all([database.close(), connection.close()]);
  }
}

async function report(
  { database, temporal }: { readonly database: Database; readonly temporal: Temporal },
  providers: ReturnType<typeof createPaymentProviders>,
  { tenant, status, from, before, concurrency, json, repair }: CheckCommand,
): Promise<number> {
  const sums = { orders: 0, wrong: 0, unsettled: 0, unchecked: 0, abandoned: 0 };
  const risks = new RiskSums();
  const filter = {
    ...(tenant === undefined ? {} : { tenantId: tenant }),
    ...(status ? { statuses: status } : {}),
    ...(from === undefined ? {} : { createdFrom: from }),
    ...(before === undefined ? {} : { createdBefore: before }),
  };
  for await (const finding of checkOrders(database, providers, { filter, concurrency })) {
    sums.orders += 1;
    if (finding.faults.length > 0) sums.wrong += 1;
    if (finding.unsettled.length > 0) sums.unsettled += 1;
    risks.add(finding);
    if (finding.unchecked !== undefined) sums.unchecked += 1;
    const lines = remarks(finding);
    if (lines.length > 0) say(json ? JSON.stringify(finding) : [headOf(finding), ...lines].join('\n'));
  }
  const open = { concurrency, isRepairing: repair, ...(tenant === undefined ? {} : { tenantId: tenant }) };
  for await (const abandoned of abandonedOrders({ database, temporal }, open)) {
    sums.abandoned += 1;
    say(json ? JSON.stringify({ ...abandoned.order, ...abandoned }) : describeAbandoned(abandoned));
  }
  const { orders, wrong, unsettled, unchecked, abandoned } = sums;
  say(
    json
      ? JSON.stringify({ ...sums, atRisk: risks.byCurrency() })
      : `${orders} orders, ${wrong} wrong, ${unsettled} unsettled, ${unchecked} not compared with their provider, ${abandoned} without a workflow`,
  );
  if (!json)
    risks
      .byCurrency()
      .forEach(({ amount, orders }) =>
        say(`at risk: ${amount} of ${orders === 1 ? '1 order' : `${orders} orders`}`),
      );
  if (wrong > 0 || (abandoned > 0 && !repair)) return exitCode.wrong;
  return unchecked > 0 ? exitCode.unchecked : exitCode.allWell;
}

function describeAbandoned({ order, workflow, isStarted }: AbandonedOrder): string {
  const unsettled = order.owesSettlement ? ' with an unsettled payment' : '';
  const what = `${order.number} (${order.orderId}, tenant ${order.tenantId}) is ${order.status}${unsettled}`;
  return `${what}, and its workflow is ${workflow.toLowerCase()}${isStarted ? ': started from its records' : ''}`;
}

const headOf = ({ number, orderId, tenantId, status }: Finding): string =>
  `${number} (${orderId}, tenant ${tenantId}) is ${status}:`;

function remarks({ faults, atRisk, unsettled, unchecked, currency }: Finding): readonly string[] {
  return [
    ...faults.map((fault) => `  - ${fault}`),
    ...atRisk.map(({ flag, reason, amountMinor }) => {
      return `  - at risk: ${sayAmount(amountMinor, currency)}, ${flag}: ${reason}`;
    }),
    ...unsettled.map((outcome) => `  - unsettled: ${outcome}`),
    ...(unchecked === undefined ? [] : [`  - not compared: ${unchecked}`]),
  ];
}

/** The money at risk of all orders, by currency. An order counts once, with the largest of its risks. */
class RiskSums {
  readonly #sums = new Map<string, { orders: number; amountMinor: number; readonly currency: Currency }>();

  add({ atRisk, currency }: Finding): void {
    if (atRisk.length === 0) return;
    const sum = this.#sums.get(currency.code) ?? { orders: 0, amountMinor: 0, currency };
    sum.orders += 1;
    sum.amountMinor += Math.max(...atRisk.map(({ amountMinor }) => amountMinor));
    this.#sums.set(currency.code, sum);
  }

  byCurrency(): readonly { readonly amount: string; readonly orders: number }[] {
    return [...this.#sums.values()].map(({ orders, amountMinor, currency }) => {
      return { amount: sayAmount(amountMinor, currency), orders };
    });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCode.unchecked;
}
