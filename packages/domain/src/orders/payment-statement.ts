import { sayAmount, type Currency } from '../kit/money.js';
import { refusalIn, type RefusedError, type Refusal } from '../kit/refusal.js';
import type { OrderFacts } from './order-facts.js';
import { OrderFlag } from './order-flag.js';
import { contradictsProvider, malformed, paymentNotUnknown, statementNotPossible } from './order-refusal.js';
import { isTerminal } from './order-status.js';
import {
  DoubtPhase,
  StatementOutcome,
  statementOutcomes,
  type PaymentDoubt,
  type PaymentStatement,
  type ProviderSource,
  type ProviderWord,
  type StatedEntry,
} from '../payments/payment-doubt.js';
import { PaymentStatus } from '../payments/payment-status.js';

const { Captured, NotCaptured, Voided, NotVoided, Refunded, NotRefunded, SettledElsewhere } =
  StatementOutcome;

const statable: Readonly<Record<DoubtPhase, readonly StatementOutcome[]>> = {
  paying: [Captured, NotCaptured],
  compensating: statementOutcomes.filter((outcome) => outcome !== SettledElsewhere),
  refunding: [Refunded, NotRefunded],
  taken_back: [SettledElsewhere, Captured],
};

/**
 * Decides about an operator's statement by the order state alone. The payment must be unknown or its capture reversed.
 * A stated capture or refund needs an amount and the provider's id.
 */
export function decideStatement(facts: OrderFacts, statement: PaymentStatement): object {
  const { outcome, amountMinor, providerObjectId } = statement;
  if (isCaptureReversed(facts)) assertStatableOfReversedCapture(outcome, facts.flags);
  else if (facts.paymentStatus !== PaymentStatus.Unknown) {
    throw paymentNotUnknown(
      'only a payment whose outcome is unknown, or whose capture was taken back, can be resolved; ' +
        `this one is ${facts.paymentStatus}`,
    );
  }
  const isOfMoney = outcome === Captured || outcome === Refunded;
  if (isOfMoney && (amountMinor === undefined || providerObjectId === undefined)) {
    throw malformed(
      `${outcome} needs amountMinor and providerObjectId, as the provider's dashboard shows them`,
    );
  }
  if (!isOfMoney && amountMinor !== undefined) throw malformed(`${outcome} goes without amountMinor`);
  return {};
}

/**
 * Whether an open order lacks its money because the provider reversed the capture. True again for an order that was
 * settled elsewhere, once the provider reports a second capture.
 */
export function isCaptureReversed({ status, paymentStatus, flags }: OrderFacts): boolean {
  const cameElsewhere = flags.includes(OrderFlag.SettledElsewhere);
  const isMissing =
    flags.includes(OrderFlag.CaptureFailed) || (cameElsewhere && flags.includes(OrderFlag.RecaptureReported));
  return isMissing && paymentStatus === PaymentStatus.Failed && !isTerminal(status);
}

/** Allows `captured` only after the provider reported a second capture, and `settled_elsewhere` only once. */
function assertStatableOfReversedCapture(outcome: StatementOutcome, flags: OrderFacts['flags']): void {
  assertStatable(outcome, DoubtPhase.CaptureReversed);
  if (outcome === Captured && !flags.includes(OrderFlag.RecaptureReported))
    throw notStatableOfReversedCapture(outcome);
  if (outcome === SettledElsewhere && !flags.includes(OrderFlag.CaptureFailed)) {
    throw statementNotPossible('that its money came another way has been stated already');
  }
}

/** The refusal of a statement that the phase forbids; `undefined` for an allowed statement. */
export function refusalInPhase(outcome: StatementOutcome, phase: DoubtPhase): Refusal | undefined {
  return refusalOf(() => {
    assertStatable(outcome, phase);
  });
}

/**
 * Checks a statement against the order's own ledger and, if the provider answers, against the provider's state.
 *
 * @returns the ledger entries to write, or the refusal
 */
export function weighStatement(
  statement: PaymentStatement,
  doubt: PaymentDoubt,
  { isUnasked, word }: ProviderSource,
): { readonly kind: 'accepted'; readonly entries: readonly StatedEntry[] } | Refusal {
  let entries: readonly StatedEntry[] = [];
  const refusal = refusalOf(() => {
    assertStatable(statement.outcome, doubt.phase);
    entries = entriesOf(statement, doubt);
    if (word) assertAgrees(statement, doubt, { ...word, isUnasked });
    if (statement.outcome === NotCaptured && isUnasked) assertNoRoomForTwo(doubt);
  });
  return refusal ?? { kind: 'accepted', entries };
}

/** The status of a payment by the sums of its ledger, once no operation is in doubt. */
export function paymentStatusOf(
  sums: Pick<PaymentDoubt, 'capturedMinor' | 'voidedMinor' | 'refundedMinor'>,
): PaymentStatus {
  const { capturedMinor, voidedMinor, refundedMinor } = sums;
  if (capturedMinor === 0) return voidedMinor > 0 ? PaymentStatus.Voided : PaymentStatus.Authorized;
  if (refundedMinor === 0) return PaymentStatus.Captured;
  return refundedMinor < capturedMinor ? PaymentStatus.PartiallyRefunded : PaymentStatus.Refunded;
}

function refusalOf(assert: () => void): Refusal | undefined {
  try {
    assert();
    return undefined;
  } catch (error) {
    return refusalIn(error);
  }
}

function assertStatable(outcome: StatementOutcome, phase: DoubtPhase): void {
  if (statable[phase].includes(outcome)) return;
  if (phase === DoubtPhase.CaptureReversed) throw notStatableOfReversedCapture(outcome);
  throw statementNotPossible(
    `while the order is ${phase}, the payment can be stated to be ${statable[phase].join(' or ')}, not ${outcome}`,
  );
}

/** The ledger entries of a statement. @throws Refused if the resulting ledger is impossible at the provider */
function entriesOf(statement: PaymentStatement, doubt: PaymentDoubt): readonly StatedEntry[] {
  const { outcome, amountMinor = 0 } = statement;
  const { capturedMinor, authorizedMinor, refundedMinor } = doubt;
  const isTaken = capturedMinor > 0;
  switch (outcome) {
    case Captured:
      if (doubt.phase === DoubtPhase.CaptureReversed) return [recaptureOf(statement, doubt)];
      if (isTaken) throw alreadyTaken(doubt);
      assertCapture(amountMinor, doubt);
      return [{ operation: 'capture', amountMinor }];
    case NotCaptured:
    case NotVoided:
      if (isTaken) throw alreadyTaken(doubt);
      return [];
    case Voided:
      if (isTaken) throw alreadyTaken(doubt);
      return [{ operation: 'void', amountMinor: authorizedMinor }];
    case Refunded: {
      // While an order is being cancelled, its capture itself may be in doubt.
      if (!isTaken) {
        assertCapture(amountMinor, doubt);
        return [
          { operation: 'capture', amountMinor },
          { operation: 'refund', amountMinor },
        ];
      }
      const expectedMinor = doubt.refundMinor ?? capturedMinor - refundedMinor;
      if (amountMinor !== expectedMinor) throw notTheAmount(amountMinor, expectedMinor, doubt.currency);
      return [{ operation: 'refund', amountMinor }];
    }
    case NotRefunded:
      return [];
    case SettledElsewhere:
      if (isTaken) throw alreadyTaken(doubt);
      return [];
  }
}

/** The second capture. Its amount must be that of the reversed capture, its id the one that the provider reported. */
function recaptureOf(
  { amountMinor = 0, providerObjectId = '' }: PaymentStatement,
  { capturedMinor, reversedCapture, currency }: PaymentDoubt,
): StatedEntry {
  const { amountMinor: backMinor = 0, reportedId = 'none' } = reversedCapture ?? {};
  const wasMinor = capturedMinor + backMinor;
  if (amountMinor !== wasMinor) {
    throw statementNotPossible(
      `the capture that was taken back was of ${sayAmount(wasMinor, currency)}, not of ${sayAmount(amountMinor, currency)}`,
    );
  }
  if (providerObjectId !== reportedId) {
    throw statementNotPossible(
      `the provider has reported a second capture under the id ${reportedId}, not ${providerObjectId}`,
    );
  }
  return { operation: 'capture', amountMinor: backMinor };
}

function assertCapture(amountMinor: number, doubt: PaymentDoubt): void {
  const { phase, chargeMinor, authorizedMinor, currency } = doubt;
  if (phase === DoubtPhase.Paying && amountMinor !== chargeMinor) {
    throw statementNotPossible(
      `the order costs ${sayAmount(chargeMinor, currency)}, not ${sayAmount(amountMinor, currency)}: with another amount captured it cannot go on. ` +
        'Give it up or cancel it, and state then what was captured, so that it is given back',
    );
  }
  if (amountMinor < 1 || amountMinor > authorizedMinor) {
    throw statementNotPossible(
      `${sayAmount(amountMinor, currency)} cannot have been captured of an authorisation of ${sayAmount(authorizedMinor, currency)}`,
    );
  }
}

/** The provider's own state overrides any statement. */
function assertAgrees(
  statement: PaymentStatement,
  doubt: PaymentDoubt,
  word: ProviderWord & Pick<ProviderSource, 'isUnasked'>,
): void {
  const { outcome, amountMinor = 0 } = statement;
  if (word.state === 'processing')
    throw contradictsProvider('the provider says that it is still working on it');
  const isReleased = word.state === 'voided' || word.state === 'not_authorized';
  const agrees = {
    captured:
      word.capturedMinor > 0
        ? word.capturedMinor === amountMinor
        : word.isUnasked && (!isReleased || doubt.phase === DoubtPhase.CaptureReversed),
    not_captured: word.capturedMinor === 0,
    voided: isReleased || (word.isUnasked && word.capturedMinor === 0),
    not_voided: !isReleased,
    refunded: word.refundedMinor >= doubt.refundedMinor + amountMinor || word.isUnasked,
    not_refunded: word.refundedMinor <= doubt.refundedMinor,
    settled_elsewhere: word.capturedMinor === 0,
  } as const satisfies Record<StatementOutcome, boolean>;
  if (!agrees[outcome])
    throw contradictsProvider(`the provider says that ${describeWord(word, doubt.currency)}`);
}

/**
 * Guards against a double charge: after `not_captured` the order captures again. A provider that can be queried is
 * asked first, and takes one capture per authorisation. For other providers, the authorised amount must be too small
 * for two captures.
 */
function assertNoRoomForTwo({ phase, chargeMinor, authorizedMinor }: PaymentDoubt): void {
  if (phase !== DoubtPhase.Paying || authorizedMinor < 2 * chargeMinor) return;
  throw statementNotPossible(
    'the provider cannot be asked, and has enough authorised for two captures: the order could be charged twice. ' +
      'Give it up instead',
  );
}

function describeWord({ state, capturedMinor, refundedMinor }: ProviderWord, currency: Currency): string {
  if (capturedMinor > 0) {
    return `it has captured ${sayAmount(capturedMinor, currency)} and given ${sayAmount(refundedMinor, currency)} of it back`;
  }
  switch (state) {
    case 'authorized':
    case 'captured':
      return 'it holds the money and has captured nothing of it';
    case 'voided':
      return 'it holds nothing: the authorisation was let go or has lapsed';
    case 'not_authorized':
    case 'processing':
      return 'it knows of no authorisation';
  }
}

const notStatableOfReversedCapture = (outcome: StatementOutcome): RefusedError =>
  statementNotPossible(
    `the provider took the capture back: what can be stated is that its money is ${SettledElsewhere}, or ${Captured} ` +
      `once the provider reports that it has captured again, not that it is ${outcome}`,
  );

const alreadyTaken = ({ capturedMinor, currency }: PaymentDoubt): RefusedError =>
  statementNotPossible(`the order's records have ${sayAmount(capturedMinor, currency)} as captured already`);

const notTheAmount = (amountMinor: number, expectedMinor: number, currency: Currency): RefusedError =>
  statementNotPossible(
    `what is to be given back is ${sayAmount(expectedMinor, currency)}, not ${sayAmount(amountMinor, currency)}`,
  );
