/** One task queue per worker service, so that each is scaled, deployed and broken on its own. */
export const TaskQueue = {
  Orders: 'orders',
  Payments: 'payments',
  Inventory: 'inventory',
  Integrations: 'integrations',
} as const;
export type TaskQueue = (typeof TaskQueue)[keyof typeof TaskQueue];
