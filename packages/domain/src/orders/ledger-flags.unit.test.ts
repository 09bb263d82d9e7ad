import { describe, expect, it } from 'vitest';

import { ledgerFlags, type PaymentMovement } from './ledger-flags.js';

/** Movements, as `operation amount`, with the id of a dispute. */
const ledger = (...entries: readonly string[]): readonly PaymentMovement[] =>
  entries.map((entry) => {
    const [operation = '', amount, objectId] = entry.split(' ');
    return {
      operation: operation as PaymentMovement['operation'],
      amountMinor: Number(amount),
      ...(objectId === undefined ? {} : { objectId }),
    };
  });

const raisedBy = (...entries: readonly string[]) => ledgerFlags(1_000, ledger(...entries)).raised;

describe('the flags of an order of 10.00, by its ledger', () => {
  it.each([
    ['captured exactly', ['capture 1000'], []],
    ['captured with more than the total', ['capture 1200'], ['overpaid']],
    ['and a part of the rest is refunded', ['capture 1200', 'refund 199'], ['overpaid']],
    ['and the rest is refunded', ['capture 1200', 'refund 200'], []],
    ['and the rest is refunded at the provider', ['capture 1200', 'refund_elsewhere 200'], []],
    [
      'and the refund of the rest fails',
      ['capture 1200', 'refund 200', 'refund_failed 200'],
      ['overpaid', 'refund_failed'],
    ],
    ['and the provider takes the capture back', ['capture 1200', 'capture_failed 1200'], []],
    ['a refund fails', ['capture 1000', 'refund 400', 'refund_failed 400'], ['refund_failed']],
    ['a refund is declined', ['capture 1000', 'refund_declined 400'], ['refund_failed']],
    [
      'and a smaller refund follows',
      ['capture 1000', 'refund 400', 'refund_failed 400', 'refund 399'],
      ['refund_failed'],
    ],
    ['and its amount is refunded', ['capture 1000', 'refund 400', 'refund_failed 400', 'refund 400'], []],
    [
      'and two refunds of its amount follow',
      ['capture 1000', 'refund_declined 400', 'refund 100', 'refund_elsewhere 300'],
      [],
    ],
    [
      'and the refund that replaced it fails',
      ['capture 1000', 'refund 400', 'refund_failed 400', 'refund 400', 'refund_failed 400'],
      ['refund_failed'],
    ],
    [
      'and a third refund replaces both',
      ['capture 1000', 'refund 400', 'refund_failed 400', 'refund 400', 'refund_failed 400', 'refund 400'],
      [],
    ],
    ['the customer disputes it', ['capture 1000', 'dispute_opened 1000 du_1'], ['disputed']],
    [
      'and loses the dispute, and the money is back',
      [
        ...['capture 1000', 'dispute_opened 1000 du_1', 'dispute_withdrawn 1000 du_1'],
        ...['dispute_won 1000 du_1', 'dispute_reinstated 1000 du_1'],
      ],
      [],
    ],
    [
      'and wins the dispute',
      ['capture 1000', 'dispute_opened 1000 du_1', 'dispute_withdrawn 1000 du_1', 'dispute_lost 1000 du_1'],
      ['dispute_lost'],
    ],
    [
      'and one of two disputes is decided',
      ['capture 1000', 'dispute_opened 400 du_1', 'dispute_opened 600 du_2', 'dispute_won 400 du_1'],
      ['disputed'],
    ],
    // 12.00 captured, 2.00 of them taken: what is kept is the price.
    [
      'and the rest is taken for a dispute',
      ['capture 1200', 'dispute_opened 200 du_1', 'dispute_withdrawn 200 du_1', 'dispute_lost 200 du_1'],
      ['dispute_lost'],
    ],
    [
      'a refund before the failure does not replace it',
      ['capture 1000', 'refund 400', 'refund_declined 400'],
      ['refund_failed'],
    ],
    // The same money is asked for twice, and is given back once.
    [
      'a whole refund is declined twice, and is made',
      ['capture 1000', 'refund_declined 1000', 'refund_declined 1000', 'refund 1000'],
      [],
    ],
    [
      'the capture of a failed refund is taken back',
      ['capture 1000', 'refund_declined 400', 'capture_failed 1000'],
      [],
    ],
  ] as const)('%s', (_, entries, flags) => {
    expect(raisedBy(...entries)).toEqual(flags);
  });

  const ofHold = ['authorization_expired', 'authorization_expiring', 'capture_declined'] as const;

  it.each([
    ['authorize 1000', false],
    ['capture 1000', true],
    ['void 1000', true],
  ])('%s → the hold is over, and the flags of it are cleared: %s', (entry, isCleared) => {
    const { cleared } = ledgerFlags(1_000, ledger(entry));
    expect(ofHold.map((flag) => cleared.includes(flag))).toEqual(ofHold.map(() => isCleared));
  });

  it.each([
    [['capture 1000', 'refund_elsewhere 999'], false],
    [['capture 1000', 'refund_elsewhere 400', 'refund 600'], true],
    [['capture 1000', 'capture_failed 1000'], true],
  ])('%s → no money of an unused payment is kept: %s', (entries, isCleared) => {
    expect(ledgerFlags(1_000, ledger(...entries)).cleared.includes('unused_payment_kept')).toBe(isCleared);
  });

  it('each flag of the ledger is either raised or cleared', () => {
    for (const entries of [['authorize 1000'], ['capture 1200'], ['capture 1000', 'refund_declined 1']]) {
      const { raised, cleared } = ledgerFlags(1_000, ledger(...entries));
      const only: readonly string[] = [...ofHold, 'unused_payment_kept'];
      const all = [...raised, ...cleared].filter((flag) => !only.includes(flag));
      expect(all.toSorted()).toEqual(['dispute_lost', 'disputed', 'overpaid', 'refund_failed']);
    }
  });
});
