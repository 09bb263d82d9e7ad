import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';

import { checkLife } from './check-life.js';
import { worldsAfter, type Answer, type Attempt } from './judge.js';
import { faceFor, send, unknown } from './life-faces.js';
import type { AttemptScript, ChangingFace, CommandScript, LifeScript } from './life-script.js';
import { observe, outlineOfObserved, outlineOfWorld, read, shipmentIds, untilIdle } from './observe-life.js';
import { linesOf, placeLife, worldLines, type PlacedLife, type PlacingFaces } from './place-life.js';
import { closure, totalMinorOf, type Command, type Units, type World } from './world.js';

/** What came of a life that went as it may. */
export interface LifeOutcome {
  readonly world: World;
  readonly commands: number;
  readonly refusals: number;
}

/** A life that did not go as it may, with all that was asked and answered. */
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
  readonly face: ChangingFace;
  readonly key: string;
  readonly script: AttemptScript;
}

/**
 * Lives one life, from its placing to its end: every answer is one that the model allows, and in the end all three APIs,
 * the order's ledgers and the provider's say what the model says.
 *
 * @throws LifeFault
 */
export async function liveLife(faces: PlacingFaces, script: LifeScript): Promise<LifeOutcome> {
  const trace: string[] = [];
  const counts = { commands: 0, refusals: 0 };
  try {
    const placed = await placeLife(faces, script);
    const { orderId } = placed;
    trace.push(`placed as ${orderId}, ${JSON.stringify(placed.world)}`);
    let worlds: readonly World[] = [placed.world];
    await read(faces, orderId, ''); // Nothing can be asked of an order that is not recorded.
    if (!script.isImpatient) await untilIdle(faces, orderId);
    for (const { attempts } of script.steps) {
      const likely = likeliest(worlds, placed);
      const sent = attempts.map((one) => toSend(faces, one, likely, placed, script));
      const answers = await Promise.all(sent.map((one) => sendAll(faces, placed, one)));
      const made = answers.flat();
      made.forEach((one) => trace.push(JSON.stringify(one)));
      counts.commands += made.length;
      counts.refusals += made.filter(({ answer }) => answer.kind === 'refused').length;
      const next = worldsAfter(worlds, made, placed.circumstances);
      if (next.length === 0) throw new Error(`no order of the last commands explains their answers`);
      worlds = await withShipmentIds(faces, orderId, next);
      await sendReused(faces, placed, sent, worlds);
    }
    return { world: await endOf(faces, placed, worlds), ...counts };
  } catch (error) {
    throw new LifeFault(error instanceof Error ? error.message : String(error), trace);
  }
}

/** The order at its end, which is one that may have become of the last worlds. */
async function endOf(faces: PlacingFaces, placed: PlacedLife, worlds: readonly World[]): Promise<World> {
  await untilIdle(faces, placed.orderId);
  const observed = await observe(faces, placed);
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

/** One world that commands are aimed at. */
function likeliest(worlds: readonly World[], { circumstances }: PlacedLife): World {
  const all = worlds.flatMap((world) => closure(world, circumstances));
  const world = all.find(({ status }) => status === 'confirmed') ?? all[0];
  if (!world) throw new Error('there is no world left');
  return world;
}

function toSend(
  faces: PlacingFaces,
  script: AttemptScript,
  world: World,
  placed: PlacedLife,
  life: LifeScript,
): SentCommand {
  const wanted = commandOf(faces, script.command, world, placed, life);
  const face = faceFor(wanted, script.face);
  return { command: asOn(face, wanted), face, key: randomUUID(), script };
}

/** The Orders API ships what is confirmed, and the Sales API what is processed; by an update one can choose. */
function asOn(face: ChangingFace, command: Command): Command {
  if (command.type !== 'ship' || face === 'temporal') return command;
  return { ...command, startsProcessing: face === 'oms' };
}

const chosen = <Item extends { readonly id: string }>(items: readonly Item[], index: number): string =>
  items[index % items.length]?.id ?? randomUUID();

/** The command that a script means in a world. Some are impossible there, and have to be refused. */
function commandOf(
  faces: PlacingFaces,
  script: CommandScript,
  world: World,
  { orderId }: PlacedLife,
  life: LifeScript,
): Command {
  switch (script.type) {
    case 'edit': {
      const { lines, shippingMinor } = script;
      const wanted = lines && worldLines(orderId, linesOf(faces, { ...life, face: 'sales' }, lines));
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
    case 'deliver':
      return script.part === 'all'
        ? { type: 'deliver' }
        : { type: 'deliver', shipmentId: chosen(world.shipments, script.part) };
    case 'request_return':
      return { type: 'request_return', units: unitsOf(world, script.units) };
    case 'decide_return': {
      const returnId = chosen(world.returns, script.part);
      return { type: 'decide_return', returnId, isApproved: script.isApproved };
    }
    case 'receive_return': {
      const returnId = chosen(world.returns, script.part);
      return { type: 'receive_return', returnId, restocked: script.restocks };
    }
    case 'refund':
      return refundOf(script, world);
    default:
      return script;
  }
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

function unitsOf({ lines }: World, wanted: readonly number[]): readonly Units[] {
  const units = lines
    .map(({ id }, index) => ({ id, quantity: wanted[index] ?? 0 }))
    .filter(({ quantity }) => quantity > 0);
  return units.length > 0 ? units : lines.slice(0, 1).map(({ id }) => ({ id, quantity: 1 }));
}

/** Sends all copies of a command at once. */
function sendAll(
  faces: PlacingFaces,
  placed: PlacedLife,
  { command, face, key, script }: SentCommand,
): Promise<readonly (Attempt & { readonly face: ChangingFace })[]> {
  return Promise.all(
    Array.from({ length: script.copies }, async () => ({
      ...{ command, key, face },
      answer: await untilAnswered(() => send(faces, placed, face, command, { key })),
    })),
  );
}

/** What was recorded a moment ago says for a moment that it is being recorded. */
const notYet = 'it can be changed once it is';

function untilAnswered(ask: () => Promise<Answer | typeof unknown>): Promise<Answer> {
  return eventually(
    'an answer',
    async () => {
      const answer = await ask();
      if (answer === unknown) throw new Error('nobody knows what became of the command');
      if (answer.kind === 'refused' && answer.words.includes(notYet)) throw new Error(answer.words);
      return answer;
    },
    { timeoutMs: 180_000, everyMs: 300 },
  );
}

/** Where an API did not say which shipment it made, the order does. */
async function withShipmentIds(
  faces: PlacingFaces,
  orderId: string,
  worlds: readonly World[],
): Promise<readonly World[]> {
  const isNameless = ({ id }: { readonly id: string }): boolean => id === '';
  if (!worlds.some(({ shipments }) => shipments.some(isNameless))) return worlds;
  const ids = await shipmentIds(faces, orderId);
  return worlds.map((world) => {
    const unnamed = ids.filter((id) => !world.shipments.some((one) => one.id === id));
    const shipments = world.shipments.map((one) =>
      isNameless(one) ? { ...one, id: unnamed.shift() ?? '' } : one,
    );
    return { ...world, shipments };
  });
}

/** Whether a face has a field for words, so that there is another body of the same command. */
function hasWords({ type }: Command, face: ChangingFace): boolean {
  const withWords = { oms: ['cancel', 'ship', 'request_return', 'refund'], sales: ['cancel', 'ship'] };
  return face !== 'temporal' && withWords[face].includes(type);
}

/** Another body under a key that was used changes nothing, and is refused. */
async function sendReused(
  faces: PlacingFaces,
  placed: PlacedLife,
  sent: readonly SentCommand[],
  worlds: readonly World[],
): Promise<void> {
  const reused = sent.filter(
    ({ script, key, command, face }) =>
      script.isReused && hasWords(command, face) && worlds.every(({ made }) => key in made),
  );
  for (const { command, face, key } of reused) {
    const answer = await untilAnswered(() =>
      send(faces, placed, face, command, { key, words: 'another life' }),
    );
    if (answer.kind !== 'refused') {
      throw new Error(`another body under the key of ${JSON.stringify(command)} was carried out`);
    }
  }
}
