import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';

import type { LifeScript } from './life-script.js';
import { read, untilIdle } from './observe-life.js';
import type { PlacedLife, PlacingApis } from './place-life.js';
import { capturedMinorOf, closure, takesMoney, type World, type WorldDispute } from './world.js';

/**
 * Disputes the payment of a life's order between its steps, and waits until the order has heard of it: each command is answered
 * by an order that knows.
 */
export class DisputingCustomer {
  readonly #apis: PlacingApis;
  readonly #placed: PlacedLife;
  readonly #script: LifeScript;
  #dispute: string | undefined;

  constructor(apis: PlacingApis, placed: PlacedLife, script: LifeScript) {
    this.#apis = apis;
    this.#placed = placed;
    this.#script = script;
  }

  /** The worlds once the customer has done what the script says for after a step. */
  async after(step: number, worlds: readonly World[]): Promise<readonly World[]> {
    const { dispute, provider } = this.#script;
    if (!dispute || provider !== 'stripe') return worlds;
    if (step === dispute.opensAfter) return this.#open(dispute.isInquiry, worlds);
    if (step === dispute.closesAfter && this.#dispute !== undefined)
      return this.#close(this.#dispute, dispute, worlds);
    return worlds;
  }

  async #open(isInquiry: boolean, worlds: readonly World[]): Promise<readonly World[]> {
    const { orderId, reference, circumstances } = this.#placed;
    if (reference === undefined || circumstances.authorizedMinor === 0) return worlds;
    await untilIdle(this.#apis, orderId);
    const settled = worlds
      .flatMap((world) => closure(world, circumstances))
      .filter(({ status }) => status !== 'pending');
    // Only the money of a sale is disputed here. Which world the order is in may be open.
    const { status } = await read(this.#apis, orderId, '');
    const here = settled.filter((world) => world.status === status);
    if (!here.every((world) => takesMoney(world) && capturedMinorOf(world, circumstances) > 0)) return worlds;
    this.#dispute = `du_${randomUUID().replaceAll('-', '')}`;
    await this.#say(`/payment-intents/${reference}/dispute`, { id: this.#dispute, isInquiry });
    await this.#untilHeard('opened', ...(isInquiry ? [] : ['withdrawn']));
    return here.map((world) => ({
      ...world,
      dispute: { isOpen: true, heldMinor: isInquiry ? 0 : capturedMinorOf(world, circumstances) },
    }));
  }

  async #close(
    id: string,
    { isInquiry, outcome }: NonNullable<LifeScript['dispute']>,
    worlds: readonly World[],
  ): Promise<readonly World[]> {
    await this.#say(`/disputes/${id}/close`, { outcome });
    const isBack = isInquiry || outcome === 'won';
    await this.#untilHeard(isBack ? 'won' : 'lost', ...(isBack && !isInquiry ? ['reinstated'] : []));
    const ended = (dispute: WorldDispute): WorldDispute => ({
      isOpen: false,
      heldMinor: isBack ? 0 : dispute.heldMinor,
    });
    return worlds.map((world) => (world.dispute ? { ...world, dispute: ended(world.dispute) } : world));
  }

  /** Repeats a request while the simulator is down. A conflict says that an earlier one was carried out. */
  #say(path: string, body: object): Promise<true> {
    return eventually(`POST ${path}`, async (): Promise<true> => {
      try {
        await this.#apis.stack.simulator.call('POST', path, body);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.includes('answered 409')) throw error;
      }
      return true;
    });
  }

  async #untilHeard(...said: readonly string[]): Promise<void> {
    const { orderId } = this.#placed;
    await eventually(
      `the order hearing of a dispute that is ${said.join(' and ')}`,
      async () => {
        const { events } = (await read(this.#apis, orderId, '/events')) as {
          readonly events: readonly { readonly type: string }[];
        };
        return said.every((word) => events.some(({ type }) => type === `payment.dispute_${word}`))
          ? true
          : undefined;
      },
      { timeoutMs: 120_000, everyMs: 200 },
    );
  }
}
