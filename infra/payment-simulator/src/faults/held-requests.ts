/** The reason for which a held request continues. */
export type HoldEnd = 'released' | 'gone' | 'elapsed';

interface Held {
  readonly faultId: string;
  readonly paymentIntent: string | undefined;
  readonly end: (reason: HoldEnd) => void;
}

export interface HoldOptions {
  readonly faultId: string;
  readonly paymentIntent: string | undefined;
  /** The longest time to hold the request. By default, without limit. */
  readonly forMs?: number;
  /** Aborted when the client closes its connection. Without it, the request is held even after the client has gone. */
  readonly clientGone?: AbortSignal;
}

/** The requests that faults keep waiting. */
export class HeldRequests {
  readonly #held = new Set<Held>();

  get size(): number {
    return this.#held.size;
  }

  /** Waits until the request is released, its client has gone, or `forMs` has elapsed. */
  hold({ faultId, paymentIntent, forMs, clientGone }: HoldOptions): Promise<HoldEnd> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const onGone = (): void => {
        end('gone');
      };
      const end = (reason: HoldEnd): void => {
        this.#held.delete(held);
        clearTimeout(timer);
        clientGone?.removeEventListener('abort', onGone);
        resolve(reason);
      };
      const held: Held = { faultId, paymentIntent, end };
      this.#held.add(held);
      if (clientGone?.aborted) {
        end('gone');
        return;
      }
      clientGone?.addEventListener('abort', onGone);
      if (forMs !== undefined) {
        timer = setTimeout(() => {
          end('elapsed');
        }, forMs);
      }
    });
  }

  /** Releases the held requests of a fault, of a payment, or all. @returns their number */
  release(which: { readonly faultId?: string; readonly paymentIntent?: string } = {}): number {
    const chosen = [...this.#held].filter(
      (held) =>
        (which.faultId === undefined || which.faultId === held.faultId) &&
        (which.paymentIntent === undefined || which.paymentIntent === held.paymentIntent),
    );
    for (const held of chosen) held.end('released');
    return chosen.length;
  }

  /** Ends all holds as if the clients had gone. */
  abandon(): void {
    for (const held of [...this.#held]) held.end('gone');
  }
}
