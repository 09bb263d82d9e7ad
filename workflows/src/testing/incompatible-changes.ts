/** A change of the workflows that those under way cannot follow, and histories of such that show it. */
export interface IncompatibleChange {
  readonly what: string;
  readonly file: string;
  readonly piece: string;
  /** Takes the place of `piece`. Left out: nothing does. */
  readonly by?: string;
  readonly histories: readonly string[];
}

const orders: readonly IncompatibleChange[] = [
  {
    what: 'stock reserved before the payment is authorised',
    file: 'order/order-workflow.ts',
    piece: '(await steps.authorize()) ?? (await steps.reserve())',
    by: '(await steps.reserve()) ?? (await steps.authorize())',
    histories: ['confirmed'],
  },
  {
    what: 'a wait before each step',
    file: 'order/persist.ts',
    piece: 'let attempts = 0;',
    by: 'await sleep(1_000);\n  let attempts = 0;',
    histories: ['confirmed'],
  },
  {
    what: 'an order that is not captured any more',
    file: 'order/order-workflow.ts',
    piece: ' ?? (await steps.capture())',
    histories: ['confirmed'],
  },
  {
    what: 'money given back before the stock',
    file: 'order/compensation.ts',
    piece: 'undo.splice(0).reverse()',
    by: 'undo.splice(0)',
    histories: ['out-of-stock'],
  },
  {
    what: 'a wait that is not waited out',
    file: 'order/persist.ts',
    piece: 'if (await waitUnlessAsked(state, Math.min(waitMs, leftMs), step, asked))',
    by: 'if (attempts > attemptsPerRound && (await waitUnlessAsked(state, waitMs, step, asked)))',
    histories: ['provider-down-at-capture'],
  },
  {
    what: 'a refund that is not given',
    file: 'order/change-steps.ts',
    piece: "await tries.remotely('money is being given back', () => payments.refund(refundId));",
    histories: ['cancelled-while-a-refund-waits'],
  },
  {
    what: 'a patch that is taken out while orders that took it are open',
    file: 'order/change-steps.ts',
    piece: "patched('refund-written-before')",
    by: 'true',
    histories: ['refund-written-before-the-worker-died'],
  },
  {
    what: 'an order that is tried again, and not read',
    file: 'order/order-changes.ts',
    piece: 'if (isAtRest(state)) await steps.readBooks();',
    histories: ['refund-found-in-the-books'],
  },
  {
    what: 'a close that is refused, and not asked why',
    file: 'order/order-workflow.ts',
    piece:
      "if (closed.kind === 'refused' && patched('refused-close-reads-the-books')) await steps.readBooks();",
    histories: ['close-found-in-the-books'],
  },
  {
    what: 'a signal that is not heeded',
    file: 'order/order-changes.ts',
    piece: 'state.retriesAsked += 1;\n    if (facts)',
    by: 'if (facts)',
    histories: ['capture-awaited-from-a-webhook'],
  },
  {
    what: 'a fact that is not learned',
    file: 'order/order-changes.ts',
    piece: 'if (facts) state.learn(facts);',
    histories: ['capture-failed-then-cancelled', 'capture-failed-then-captured-again'],
  },
];

const atOnce: readonly IncompatibleChange[] = [
  {
    what: 'local activities that run at once',
    file: 'order/order-state.ts',
    piece: 'this.life?.isOneByOne ? this.localTurns.take(localActivity) : localActivity()',
    by: 'localActivity()',
    histories: [
      'refunds-asked-for-while-one-is-looked-at',
      'retried-while-being-confirmed',
      'retried-while-being-given-up',
    ],
  },
];

const allocation: readonly IncompatibleChange[] = [
  {
    what: 'an Update that is not answered any more',
    file: 'order/order-workflow.ts',
    piece: 'answerAllocation(state);',
    histories: [
      'allocation-awaited-refused',
      'allocation-awaited-reserved',
      'continued-while-allocation-is-awaited.run-3',
    ],
  },
  {
    what: 'a refusal that is told when it is undone',
    file: 'order/allocation.ts',
    piece: 'if (state.refusal) {',
    by: 'if (state.refusal && state.isEnded) {',
    histories: ['allocation-awaited-refused'],
  },
];

const continued: readonly IncompatibleChange[] = [
  {
    what: 'a history that is never continued in a new run',
    file: 'order/persist.ts',
    piece: 'await afterWait();',
    histories: [
      'continued-then-confirmed.run-1',
      'continued-while-a-cancellation-is-awaited.run-1',
      'continued-while-allocation-is-awaited.run-1',
      'continued-while-its-erp-is-away.run-1',
    ],
  },
  {
    what: 'a run that ends before a change is answered',
    file: 'order/order-workflow.ts',
    piece: 'if (state.changesInFlight > 0) return;',
    histories: [
      'continued-after-a-change-that-waited.run-2',
      'continued-while-a-cancellation-is-awaited.run-1',
      'continued-while-a-confirmation-is-awaited.run-1',
      'continued-while-allocation-is-awaited.run-1',
    ],
  },
  {
    what: 'a run that goes on for as long as there are refunds to be given',
    file: 'order/order-workflow.ts',
    piece: "order.isContinueSuggested() && patched('continues-between-refunds')",
    by: 'false',
    histories: ['continued-between-refunds.run-2', 'continued-between-refunds.run-3'],
  },
  {
    what: 'a run that does not tell who waits for the stock that it ends',
    file: 'order/allocation.ts',
    piece: ' || state.isContinuing',
    histories: ['continued-while-allocation-is-awaited.run-1'],
  },
  {
    what: 'a run that does not tell who cancels that it ends',
    file: 'order/order-changes.ts',
    piece: 'state.isEnded || state.isContinuing',
    by: 'state.isEnded',
    histories: ['continued-while-a-cancellation-is-awaited.run-1'],
  },
  {
    what: 'a run that does not tell who confirms that it ends',
    file: 'order/order-changes.ts',
    piece: 'state.status !== OrderStatus.Pending || state.isContinuing',
    by: 'state.status !== OrderStatus.Pending',
    histories: ['continued-while-a-confirmation-is-awaited.run-1'],
  },
  {
    what: 'a change that is decided before the run knows its order',
    file: 'order/order-changes.ts',
    piece: 'if (isToBeKnown(deps, change) && patched(',
    by: 'if (change.commandId === undefined && patched(',
    histories: ['continued-then-changed-before-it-is-recorded.run-3'],
  },
  {
    what: 'a run that does not know of the ERP',
    file: 'order/order-state.ts',
    piece: 'return this.isErpAsked || this.life?.hasErp === true;',
    by: 'return false;',
    histories: ['continued-while-its-erp-is-away.run-1', 'continued-while-its-erp-is-away.run-4'],
  },
];

const others: readonly IncompatibleChange[] = [
  {
    what: 'a command that is not carried out',
    file: 'commands/command-workflow.ts',
    piece: 'return executeCommand(input);',
    histories: ['command-done', 'command-denied'],
  },
  {
    what: 'uses of API keys that are not recorded',
    file: 'api-keys/record-api-key-uses-workflow.ts',
    piece: 'await recordApiKeyUses(uses);',
    histories: ['uses-of-api-keys-recorded'],
  },
  {
    what: 'an order that is brought to its ERP twice',
    file: 'erp/erp-push-workflow.ts',
    piece: 'return pushOrderToErp(ref);',
    by: 'await pushOrderToErp(ref);\n  return pushOrderToErp(ref);',
    histories: ['pushed-to-an-erp', 'pushed-to-an-erp-that-refuses'],
  },
  {
    what: 'an ERP that is not tried',
    file: 'erp/erp-test-workflow.ts',
    piece: 'return testErp(scope);',
    histories: ['erp-tested'],
  },
  {
    what: 'a notification that is not kept',
    file: 'payment-notification/payment-notification-workflow.ts',
    piece: 'await receiveNotification(notification)',
    by: '[]',
    histories: ['notification-that-concerns-no-order', 'notification-while-the-database-is-down'],
  },
  {
    what: 'an order that waits and is not told',
    file: 'payment-notification/payment-notification-workflow.ts',
    piece: 'if (isWaiting) await notify(ref.orderId, {});',
    histories: ['notification-that-an-order-waits-for', 'notification-of-a-fact'],
  },
  {
    what: 'a fact that the order is not told',
    file: 'payment-notification/payment-notification-workflow.ts',
    piece: 'if (!facts || (await notify(ref.orderId, { facts }))) return;',
    histories: ['notification-of-a-fact', 'notification-of-an-order-that-has-ended'],
  },
  {
    what: 'a fact about an ended order that does not reach its ERP',
    file: 'payment-notification/payment-notification-workflow.ts',
    piece: 'if (hasErp) await pushOrderToErp(ref);',
    histories: ['notification-of-an-ended-order-that-an-erp-keeps'],
  },
];

/** Changes of which each has to be noticed when its histories are replayed. */
export const incompatibleChanges: readonly IncompatibleChange[] = [
  ...orders,
  ...atOnce,
  ...allocation,
  ...continued,
  ...others,
];
