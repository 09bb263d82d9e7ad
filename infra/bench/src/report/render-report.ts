import { changeKinds, readKinds, type BenchResult, type Latency, type ReadKind } from './bench-result.js';

const readNames: Readonly<Record<ReadKind, string>> = {
  one: '`GET` one order',
  firstPage: 'first page of 50',
  statusPage: 'first page of one status',
  deepCursor: 'page at 90 %, by cursor',
  deepOffset: 'page at 90 % (at most 100 000 deep), by offset',
};

/** The result as Markdown, for people. */
export function renderReport(result: BenchResult): string {
  const { machine, options, ratios } = result;
  return [
    `# Benchmark of ${result.startedAt}`,
    '',
    `${machine.cpus} × ${machine.cpuModel}, ${machine.memoryGib} GiB, ${machine.platform}, Node.js ${machine.node}; load average ` +
      `before ${number(machine.loadAverageBefore)}. Medians of ${options.rounds} interleaved rounds of ${options.seconds} s, on one ` +
      `PostgreSQL and one Temporal, which keeps its workflows in ${options.temporal === 'file' ? 'a file' : 'memory'}. ` +
      'Latencies in milliseconds, p50 / p99.',
    '',
    '## Orders',
    '',
    ...orderTable(result),
    '',
    `Product to bare workflow: throughput ${number(ratios.throughputOfBare)}; at 70 % load p50 of the answer ` +
      `${number(ratios.answerP50OfBare)}, of confirmation ${number(ratios.doneP50OfBare)}. Product to plain SQL: throughput ` +
      `${number(ratios.throughputOfSql)}. \`POST\` at 70 % load: p99 is ${number(ratios.answerP99OverP50)} × p50.`,
    '',
    '## Where the time goes',
    '',
    ...costTable(result),
    '',
    ...cpuTable(result),
    '',
    '## Changes of an order, one at a time',
    '',
    ...changeTable(result),
    '',
    '## Reads',
    '',
    ...readTable(result),
    '',
    '## Memory at the end',
    '',
    ...table(
      ['process', 'MiB'],
      Object.entries(result.memoryMib).map(([name, mib]) => [name, mib.toFixed(0)]),
    ),
    '',
  ].join('\n');
}

function orderTable({ saturation, load, options }: BenchResult): string[] {
  const { product, bare, sql } = saturation;
  const perSecond = (rate: number): string => `${number(rate)}/s`;
  return table(
    ['', 'product', 'bare workflow', 'plain SQL', 'product / bare', 'product / SQL'],
    [
      [
        `orders/s, ${options.inFlight} in flight`,
        ...[product, bare, sql].map(({ ordersPerSecond }) => number(ordersPerSecond)),
        number(product.ordersPerSecond / bare.ordersPerSecond),
        number(product.ordersPerSecond / sql.ordersPerSecond),
      ],
      ['answered', latency(product.answer), latency(bare.answer), latency(sql.answer), ...ratio('answer')],
      ['confirmed', latency(product.done), latency(bare.done), latency(sql.done), ...ratio('done')],
      [
        'arrivals at 70 %',
        perSecond(load.product.arrivalsPerSecond),
        perSecond(load.bare.arrivalsPerSecond),
        ...['', '', ''],
      ],
      ['answered', ...loadRow('answer')],
      ['confirmed', ...loadRow('done')],
    ],
  );

  function ratio(of: 'answer' | 'done'): string[] {
    return [number(product[of].p50Ms / bare[of].p50Ms), number(product[of].p50Ms / sql[of].p50Ms)];
  }

  function loadRow(of: 'answer' | 'done'): string[] {
    const p50 = load.product[of].p50Ms / load.bare[of].p50Ms;
    return [latency(load.product[of]), latency(load.bare[of]), '', number(p50), ''];
  }
}

function costTable({ cost }: BenchResult): string[] {
  const { product, bare } = cost;
  return table(
    ['per order, alone', 'product', 'bare workflow'],
    [
      ['history events', number(product.historyEvents), number(bare.historyEvents)],
      ['history bytes', number(product.historyBytes), number(bare.historyBytes)],
      ['workflow tasks', number(product.workflowTasks), number(bare.workflowTasks)],
      ['remote activities', number(product.activityTasks), number(bare.activityTasks)],
      ['local activities', number(product.localActivities), number(bare.localActivities)],
      ['transactions that write', number(product.writeTransactions), ''],
      ['bytes of write-ahead log', number(product.walBytes), ''],
    ],
  );
}

function cpuTable({ saturation }: BenchResult): string[] {
  const contenders = Object.values(saturation).map(({ cpuMsPerOrder }) => cpuMsPerOrder ?? {});
  const processes = [...new Set(contenders.flatMap((cpu) => Object.keys(cpu)))];
  if (processes.length === 0) return [];
  const total = contenders.map((cpu) => Object.values(cpu).reduce((sum, ms) => sum + ms, 0));
  return table(
    ['processor ms per order', ...Object.keys(saturation)],
    [
      ...processes.map((process) => [process, ...contenders.map((cpu) => number(cpu[process] ?? 0))]),
      ['all', ...total.map(number)],
    ],
  );
}

function changeTable({ changes: { product, bare } }: BenchResult): string[] {
  return table(
    ['', 'product', 'update of a bare workflow', 'product / bare'],
    changeKinds.map((kind) => [
      `\`${kind}\``,
      latency(product[kind]),
      latency(bare),
      number(product[kind].p50Ms / bare.p50Ms),
    ]),
  );
}

function readTable({ reads }: BenchResult): string[] {
  return table(
    ['', ...reads.map(({ orders }) => `${number(orders)} orders`), 'p50, largest / smallest'],
    readKinds.map((kind) => {
      const [smallest, largest] = [reads[0], reads.at(-1)].map((size) => size?.latency[kind].p50Ms ?? 0);
      return [
        readNames[kind],
        ...reads.map((size) => latency(size.latency[kind])),
        number((largest ?? 0) / (smallest ?? 1)),
      ];
    }),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)];
}

function latency({ p50Ms, p99Ms }: Latency): string {
  return `${number(p50Ms)} / ${number(p99Ms)}`;
}

/** Rounds to three digits, the precision of such a measurement. */
function number(value: number): string {
  if (value === 0) return '0';
  if (value < 100) return String(Number(value.toPrecision(3)));
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ' ');
}
