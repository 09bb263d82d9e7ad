import { sayAmount, type Currency } from '../kit/money.js';
import type { OrderFacts } from './order-facts.js';
import { OrderFlag } from './order-flag.js';
import {
  contradictsProvider,
  malformed,
  paymentNotUnknown,
  Refused,
  statementNotPossible,
  type CommandRefusal,
} from './order-refusal.js';
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

/** By the order's facts alone: a statement is for a payment that is unknown, and says what it is about. */
export function decideStatement(facts: OrderFacts, statement: PaymentStatement): object {
  const { outcome, amountMinor, providerObjectId } = statement;
  if (isTakenBack(facts)) assertStatableOfTakenBack(outcome, facts.flags);
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
 * Whether the order is open and its provider took back what it had captured, so that its money has yet to come. Where it
 * came another way, that is so again once the provider reports that it has captured after all.
 */
export function isTakenBack({ status, paymentStatus, flags }: OrderFacts): boolean {
  const cameElsewhere = flags.includes(OrderFlag.SettledElsewhere);
  const isMissing =
    flags.includes(OrderFlag.CaptureFailed) || (cameElsewhere && flags.includes(OrderFlag.RecaptureReported));
  return isMissing && paymentStatus === PaymentStatus.Failed && !isTerminal(status);
}

/** A second capture can be confirmed and not invented; what came another way has come. */
function assertStatableOfTakenBack(outcome: StatementOutcome, flags: OrderFacts['flags']): void {
  assertStatable(outcome, DoubtPhase.TakenBack);
  if (outcome === Captured && !flags.includes(OrderFlag.RecaptureReported))
    throw notStatableOfTakenBack(outcome);
  if (outcome === SettledElsewhere && !flags.includes(OrderFlag.CaptureFailed)) {
    throw statementNotPossible('that its money came another way has been stated already');
  }
}

/** What is in the way of a statement where the order stands. `undefined`: nothing. */
export function refusalInPhase(outcome: StatementOutcome, phase: DoubtPhase): CommandRefusal | undefined {
  return refusalOf(() => {
    assertStatable(outcome, phase);
  });
}

/**
 * Weighs a statement against the order's own books, and against what the provider says where it says something.
 *
 * @returns what the ledger gets
 */
export function weighStatement(
  statement: PaymentStatement,
  doubt: PaymentDoubt,
  { isHearsay, word }: ProviderSource,
): { readonly kind: 'accepted'; readonly entries: readonly StatedEntry[] } | CommandRefusal {
  let entries: readonly StatedEntry[] = [];
  const refusal = refusalOf(() => {
    assertStatable(statement.outcome, doubt.phase);
    entries = entriesOf(statement, doubt);
    if (word) assertAgrees(statement, doubt, { ...word, isHearsay });
    if (statement.outcome === NotCaptured && isHearsay) assertNoRoomForTwo(doubt);
  });
  return refusal ?? { kind: 'accepted', entries };
}

/** Where a payment stands by the sums of its ledger, once nothing about it is in doubt. */
export function paymentStatusOf(
  sums: Pick<PaymentDoubt, 'capturedMinor' | 'voidedMinor' | 'refundedMinor'>,
): PaymentStatus {
  const { capturedMinor, voidedMinor, refundedMinor } = sums;
  if (capturedMinor === 0) return voidedMinor > 0 ? PaymentStatus.Voided : PaymentStatus.Authorized;
  if (refundedMinor === 0) return PaymentStatus.Captured;
  return refundedMinor < capturedMinor ? PaymentStatus.PartiallyRefunded : PaymentStatus.Refunded;
}

function refusalOf(assert: () => void): CommandRefusal | undefined {
  try {
    assert();
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

function assertStatable(outcome: StatementOutcome, phase: DoubtPhase): void {
  if (statable[phase].includes(outcome)) return;
  if (phase === DoubtPhase.TakenBack) throw notStatableOfTakenBack(outcome);
  throw statementNotPossible(
    `while the order is ${phase}, the payment can be stated to be ${statable[phase].join(' or ')}, not ${outcome}`,
  );
}

/** The books after the statement are such as the provider could have, or there is no such statement. */
function entriesOf(statement: PaymentStatement, doubt: PaymentDoubt): readonly StatedEntry[] {
  const { outcome, amountMinor = 0 } = statement;
  const { capturedMinor, authorizedMinor, refundedMinor } = doubt;
  const isTaken = capturedMinor > 0;
  switch (outcome) {
    case Captured:
      if (doubt.phase === DoubtPhase.TakenBack) return [recaptureOf(statement, doubt)];
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
      // Of an order that is being cancelled the capture itself may be what nobody knew of.
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

/** What the provider had taken back, captured again: as much as it was, and under the id that was reported. */
function recaptureOf(
  { amountMinor = 0, providerObjectId = '' }: PaymentStatement,
  { capturedMinor, takenBack, currency }: PaymentDoubt,
): StatedEntry {
  const { amountMinor: backMinor = 0, reportedId = 'none' } = takenBack ?? {};
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
  const { phase, totalMinor, authorizedMinor, currency } = doubt;
  if (phase === DoubtPhase.Paying && amountMinor !== totalMinor) {
    throw statementNotPossible(
      `the order costs ${sayAmount(totalMinor, currency)}, not ${sayAmount(amountMinor, currency)}: with another amount captured it cannot go on. ` +
        'Give it up, and state then what was captured, so that it is given back',
    );
  }
  if (amountMinor < 1 || amountMinor > authorizedMinor) {
    throw statementNotPossible(
      `${sayAmount(amountMinor, currency)} cannot have been captured of an authorisation of ${sayAmount(authorizedMinor, currency)}`,
    );
  }
}

/** The provider's own word counts for more than anybody's. */
function assertAgrees(
  statement: PaymentStatement,
  doubt: PaymentDoubt,
  word: ProviderWord & Pick<ProviderSource, 'isHearsay'>,
): void {
  const { outcome, amountMinor = 0 } = statement;
  if (word.state === 'processing')
    throw contradictsProvider('the provider says that it is still working on it');
  const isReleased = word.state === 'voided' || word.state === 'not_authorized';
  const agrees = {
    captured:
      word.capturedMinor > 0
        ? word.capturedMinor === amountMinor
        : word.isHearsay && (!isReleased || doubt.phase === DoubtPhase.TakenBack),
    not_captured: word.capturedMinor === 0,
    voided: isReleased || (word.isHearsay && word.capturedMinor === 0),
    not_voided: !isReleased,
    refunded: word.refundedMinor >= doubt.refundedMinor + amountMinor || word.isHearsay,
    not_refunded: word.refundedMinor <= doubt.refundedMinor,
    settled_elsewhere: word.capturedMinor === 0,
  } as const satisfies Record<StatementOutcome, boolean>;
  if (!agrees[outcome])
    throw contradictsProvider(`the provider says that ${describeWord(word, doubt.currency)}`);
}

/**
 * A capture that is stated not to have happened is asked for anew. Where the provider can be asked it is asked first,
 * and takes one capture of an authorisation; where it cannot, what is authorised has to forbid a second one.
 */
function assertNoRoomForTwo({ phase, totalMinor, authorizedMinor }: PaymentDoubt): void {
  if (phase !== DoubtPhase.Paying || authorizedMinor < 2 * totalMinor) return;
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

const notStatableOfTakenBack = (outcome: StatementOutcome): Refused =>
  statementNotPossible(
    `the provider took the capture back: what can be stated is that its money is ${SettledElsewhere}, or ${Captured} ` +
      `once the provider reports that it has captured again, not that it is ${outcome}`,
  );

const alreadyTaken = ({ capturedMinor, currency }: PaymentDoubt): Refused =>
  statementNotPossible(`the order's books have ${sayAmount(capturedMinor, currency)} as captured already`);

const notTheAmount = (amountMinor: number, expectedMinor: number, currency: Currency): Refused =>
  statementNotPossible(
    `what is to be given back is ${sayAmount(expectedMinor, currency)}, not ${sayAmount(amountMinor, currency)}`,
  );
