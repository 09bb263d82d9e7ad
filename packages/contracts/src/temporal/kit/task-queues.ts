/** One task queue for each worker service, so that each can be scaled, deployed and stopped independently. */
export const TaskQueue = {
  Orders: 'orders',
  Payments: 'payments',
  Inventory: 'inventory',
  Integrations: 'integrations',
} as const;
export type TaskQueue = (typeof TaskQueue)[keyof typeof TaskQueue];
