import { randomUUID } from 'node:crypto';

import type { UnitCondition } from '@oms/domain';
import { eventually } from '@oms/stack';

import { checkLife } from './check-life.js';
import { DisputingCustomer } from './disputing-customer.js';
import { worldsAfter, type Answer, type Attempt } from './judge.js';
import { apiFor, send, unknown } from './life-apis.js';
import type { AttemptScript, ChangingApi, CommandScript, LifeScript } from './life-script.js';
import { observe, outlineOfObserved, outlineOfWorld, read, shipmentIds, untilIdle } from './observe-life.js';
import { linesOf, placeLife, worldLines, type PlacedLife, type PlacingApis } from './place-life.js';
import {
  closure,
  openUnits,
  totalMinorOf,
  type Command,
  type ConditionedUnits,
  type Units,
  type World,
} from './world.js';

/** The outcome of a life that agrees with the model. */
export interface LifeOutcome {
  readonly world: World;
  readonly commands: number;
  readonly refusals: number;
}

/** A life that contradicts the model, with all commands and answers. */
export class LifeFault extends Error {
  override readonly name = 'LifeFault';

  constructor(
    message: string,
    readonly trace: readonly string[],
  ) {
    super(message);
  }
}

interface SentCommand {
  readonly command: Command;
  readonly api: ChangingApi;
  readonly key: string;
  readonly script: AttemptScript;
}

/**
 * Lives one life from placement to end. The model must allow every answer. In the end, all three APIs, the order's ledgers
 * and the provider's ledger must agree with the model.
 *
 * @throws LifeFault
 */
export async function liveLife(apis: PlacingApis, script: LifeScript): Promise<LifeOutcome> {
  const trace: string[] = [];
  const counts = { commands: 0, refusals: 0 };
  try {
    const placed = await placeLife(apis, script);
    const { orderId } = placed;
    trace.push(`placed as ${orderId}, ${JSON.stringify(placed.world)}`);
    let worlds: readonly World[] = [placed.world];
    await read(apis, orderId, ''); // Commands need a recorded order.
    if (!script.isImpatient) await untilIdle(apis, orderId);
    const customer = new DisputingCustomer(apis, placed, script);
    for (const [number, { attempts }] of script.steps.entries()) {
      const likely = likeliest(worlds, placed);
      const sent = attempts.map((one) => toSend(apis, one, likely, placed, script));
      const answers = await Promise.all(sent.map((one) => sendAll(apis, placed, one)));
      const made = answers.flat();
      made.forEach((one) => trace.push(JSON.stringify(one)));
      counts.commands += made.length;
      counts.refusals += made.filter(({ answer }) => answer.kind === 'refused').length;
      const next = worldsAfter(worlds, made, placed.circumstances);
      if (next.length === 0) throw new Error(`no order of the last commands explains their answers`);
      worlds = await withShipmentIds(apis, orderId, next);
      await sendReused(apis, placed, sent, worlds);
      worlds = await customer.after(number, worlds);
    }
    return { world: await endOf(apis, placed, worlds), ...counts };
  } catch (error) {
    throw new LifeFault(error instanceof Error ? error.message : String(error), trace);
  }
}

/** The world that the order ends in, which must follow from one of the last worlds. */
async function endOf(apis: PlacingApis, placed: PlacedLife, worlds: readonly World[]): Promise<World> {
  await untilIdle(apis, placed.orderId);
  const observed = await observe(apis, placed);
  const possible = worlds
    .flatMap((world) => closure(world, placed.circumstances))
    .flatMap((world) => closure(world, placed.circumstances));
  const outline = outlineOfObserved(observed, placed.exponent);
  const world = possible.find((one) => outlineOfWorld(one) === outline);
  if (!world) {
    const expected = [...new Set(possible.map(outlineOfWorld))].join('\n  or ');
    throw new Error(`it is ${outline}, and should be ${expected}`);
  }
  const faults = checkLife(world, observed, placed);
  if (faults.length > 0) throw new Error(faults.join('; '));
  return world;
}

/** The world that the next commands are built for. */
function likeliest(worlds: readonly World[], { circumstances }: PlacedLife): World {
  const all = worlds.flatMap((world) => closure(world, circumstances));
  const world = all.find(({ status }) => status === 'confirmed') ?? all[0];
  if (!world) throw new Error('there is no world left');
  return world;
}

function toSend(
  apis: PlacingApis,
  script: AttemptScript,
  world: World,
  placed: PlacedLife,
  life: LifeScript,
): SentCommand {
  const wanted = commandOf(apis, script.command, world, placed, life);
  const api = apiFor(wanted, script.api);
  return { command: asOn(api, wanted), api, key: randomUUID(), script };
}

/** The Orders API ships confirmed orders, the Sales API processing ones. An Update states its choice. */
function asOn(api: ChangingApi, command: Command): Command {
  if (command.type !== 'ship' || api === 'temporal') return command;
  return { ...command, startsProcessing: api === 'oms' };
}

const chosen = <Item extends { readonly id: string }>(items: readonly Item[], index: number): string =>
  items[index % items.length]?.id ?? randomUUID();

/** The command of a script in a world. Impossible commands are intended, and must be refused. */
function commandOf(
  apis: PlacingApis,
  script: CommandScript,
  world: World,
  { orderId }: PlacedLife,
  life: LifeScript,
): Command {
  switch (script.type) {
    case 'edit': {
      const { lines, shippingMinor } = script;
      const wanted = lines && worldLines(orderId, linesOf(apis, { ...life, api: 'sales' }, lines));
      return { type: 'edit', shippingMinor, ...(wanted ? { lines: wanted } : {}) };
    }
    case 'ship': {
      const { units, startsProcessing } = script;
      return {
        type: 'ship',
        startsProcessing,
        ...(units === 'rest' ? {} : { units: unitsOf(world, units) }),
      };
    }
    case 'cancel_units':
      return {
        type: 'cancel_units',
        units: script.units === 'rest' ? restOf(world) : unitsOf(world, script.units),
      };
    case 'deliver':
      return script.part === 'all'
        ? { type: 'deliver' }
        : { type: 'deliver', shipmentId: chosen(world.shipments, script.part) };
    case 'correct_shipment':
    case 'cancel_shipment':
      return { type: script.type, shipmentId: chosen(world.shipments, script.part) };
    case 'return_to_sender': {
      const shipmentId = chosen(world.shipments, script.part);
      const sent = world.shipments.find(({ id }) => id === shipmentId)?.units ?? [];
      return { type: 'return_to_sender', shipmentId, ...inConditions(sent, script.conditions) };
    }
    case 'request_return':
      return { type: 'request_return', units: unitsOf(world, script.units) };
    case 'decide_return': {
      const returnId = chosen(world.returns, script.part);
      return { type: 'decide_return', returnId, isApproved: script.isApproved };
    }
    case 'receive_return': {
      const returnId = chosen(world.returns, script.part);
      const asked = world.returns.find(({ id }) => id === returnId)?.units ?? [];
      return { type: 'receive_return', returnId, ...inConditions(asked, script.conditions) };
    }
    case 'cancel_return':
      return { type: 'cancel_return', returnId: chosen(world.returns, script.part) };
    case 'refund':
      return refundOf(script, world);
    default:
      return script;
  }
}

/** Names a condition for each unit, if the script has any. */
function inConditions(
  units: readonly Units[],
  conditions: readonly UnitCondition[],
): { readonly units?: readonly ConditionedUnits[] } {
  const single = units.flatMap(({ id, quantity }) => Array.from({ length: quantity }, () => id));
  if (conditions.length === 0 || single.length === 0) return {};
  const condition = (index: number) => conditions[index % conditions.length] ?? 'restock';
  return { units: single.map((id, index) => ({ id, quantity: 1, condition: condition(index) })) };
}

function refundOf({ of }: Extract<CommandScript, { type: 'refund' }>, world: World): Command {
  switch (of.kind) {
    case 'rest':
      return { type: 'refund' };
    case 'share':
      return {
        type: 'refund',
        amountMinor: Math.max(1, Math.floor((totalMinorOf(world) * of.percent) / 100)),
      };
    case 'units':
      return { type: 'refund', units: unitsOf(world, of.units) };
    case 'return':
      return { type: 'refund', returnId: chosen(world.returns, of.part) };
  }
}

/** All units that are left to ship, or one unit where there are none. */
function restOf(world: World): readonly Units[] {
  const open = openUnits(world);
  return open.length > 0 ? open : unitsOf(world, []);
}

function unitsOf({ lines }: World, wanted: readonly number[]): readonly Units[] {
  const units = lines
    .map(({ id }, index) => ({ id, quantity: wanted[index] ?? 0 }))
    .filter(({ quantity }) => quantity > 0);
  return units.length > 0 ? units : lines.slice(0, 1).map(({ id }) => ({ id, quantity: 1 }));
}

/** Sends all copies of a command at once. */
function sendAll(
  apis: PlacingApis,
  placed: PlacedLife,
  { command, api, key, script }: SentCommand,
): Promise<readonly (Attempt & { readonly api: ChangingApi })[]> {
  return Promise.all(
    Array.from({ length: script.copies }, async () => ({
      ...{ command, key, api },
      answer: await untilAnswered((refusals) => send(apis, placed, api, command, { key, refusals })),
    })),
  );
}

/** A part of the transient refusal for an order that is still being recorded. */
const notYet = 'it can be changed once it is';

/** @param ask gets the number of transient refusals so far: Temporal keeps the answer to each Update */
function untilAnswered(ask: (refusals: number) => Promise<Answer | typeof unknown>): Promise<Answer> {
  let refusals = 0;
  return eventually(
    'an answer',
    async () => {
      const answer = await ask(refusals);
      if (answer === unknown) throw new Error('nobody knows what became of the command');
      if (answer.kind === 'refused' && answer.words.includes(notYet)) {
        refusals += 1;
        throw new Error(answer.words);
      }
      return answer;
    },
    { timeoutMs: 180_000, everyMs: 300 },
  );
}

/** Fills in ids of shipments that an API did not return, from the order. */
async function withShipmentIds(
  apis: PlacingApis,
  orderId: string,
  worlds: readonly World[],
): Promise<readonly World[]> {
  const isNameless = ({ id }: { readonly id: string }): boolean => id === '';
  if (!worlds.some(({ shipments }) => shipments.some(isNameless))) return worlds;
  const ids = await shipmentIds(apis, orderId);
  return worlds.map((world) => {
    const unnamed = ids.filter((id) => !world.shipments.some((one) => one.id === id));
    const shipments = world.shipments.map((one) =>
      isNameless(one) ? { ...one, id: unnamed.shift() ?? '' } : one,
    );
    return { ...world, shipments };
  });
}

/** Whether an API has a field for text, so that a command can be sent with another body. */
function hasWords({ type }: Command, api: ChangingApi): boolean {
  const withWords = {
    oms: [
      'cancel',
      'ship',
      'correct_shipment',
      'cancel_shipment',
      'return_to_sender',
      'cancel_units',
      'request_return',
      'refund',
    ],
    sales: ['cancel', 'ship'],
  };
  return api !== 'temporal' && withWords[api].includes(type);
}

/** Sends other bodies under used keys, which must be refused. */
async function sendReused(
  apis: PlacingApis,
  placed: PlacedLife,
  sent: readonly SentCommand[],
  worlds: readonly World[],
): Promise<void> {
  const reused = sent.filter(
    ({ script, key, command, api }) =>
      script.isReused && hasWords(command, api) && worlds.every(({ made }) => key in made),
  );
  for (const { command, api, key } of reused) {
    const answer = await untilAnswered(() =>
      send(apis, placed, api, command, { key, words: 'another life' }),
    );
    if (answer.kind !== 'refused') {
      throw new Error(`another body under the key of ${JSON.stringify(command)} was carried out`);
    }
  }
}
