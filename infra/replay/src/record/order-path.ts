import type { Stage } from './stage.js';

/** One way that an order can take through its workflow. */
export interface OrderPath {
  /** The name of its history. */
  readonly name: string;
  /** Most paths share a stack at the same time. These have it for themselves, one after the other. */
  readonly needs?: 'to be alone' | 'to be alone on a server that continues early';
  /**
   * Takes an order this way, and leaves it where nothing more happens by itself.
   *
   * @returns the order's id
   */
  readonly take: (stage: Stage) => Promise<string>;
}
