import { PaymentProviderName } from '@oms/domain';

import { pending, transient, unknown, type Unsettled } from '../kit/outcome.js';
import { outcomeOf, type Decisions } from '../kit/provider-failure.js';
import type { ReceivedNotifications } from '../payment-notification.js';
import type { Declined, MoneyCall } from '../payment-provider.js';
import { adyenMoney } from './adyen-amounts.js';
import type { AdyenAnswer, AdyenClient } from './adyen-client.js';
import { outcomes } from './outcomes.js';
import { standingOf, type PaymentStanding } from './payment-standing.js';

/** The dependencies of each operation. */
export interface AdyenAccess {
  readonly client: AdyenClient;
  readonly notifications: ReceivedNotifications;
}

/** The standing of a payment by Adyen's notifications. Rejects as `notifications` does. */
export async function lookAtPayment(
  { notifications }: AdyenAccess,
  reference: string,
): Promise<PaymentStanding> {
  return standingOf(reference, await notifications.about(PaymentProviderName.Adyen, reference));
}

/** An instruction to Adyen, for judging the answer to it. */
export interface Instruction {
  readonly reference: string;
  /** Such as `the capture`. */
  readonly what: string;
  /** The requested amount, for an instruction that has one. */
  readonly money?: Pick<MoneyCall, 'amountMinor' | 'currency'>;
  /** Whether Adyen itself has announced the payment. */
  readonly announced: boolean;
  /**
   * The refusals, by Adyen's code, that are decisions. Any other refusal (a parameter that the API does not know, an
   * account that is not configured for it) is not the order's fault: it waits until an operator has repaired the cause.
   *
   * @see https://docs.adyen.com/development-resources/error-codes
   */
  readonly decisions: Decisions;
}

/** Maps a synchronous answer to an outcome. It is never `done`: the result arrives by webhook. */
export function judgeAnswer(answer: AdyenAnswer, instruction: Instruction): Declined | Unsettled {
  const { reference, what, money, announced, decisions } = instruction;
  if (answer.ok) {
    const { pspReference, amount } = answer.taken;
    const takenMinor = amount && adyenMoney.fromProvider(amount.value, amount.currency);
    if (money && (takenMinor !== money.amountMinor || amount?.currency !== money.currency)) {
      // A bug here, or an order that was changed under a key that must not change: Adyen gives the answer that it
      // gave to the first request with this key.
      const taken =
        amount && takenMinor !== undefined ? adyenMoney.format(takenMinor, amount.currency) : 'nothing';
      return unknown(
        `${what} ${pspReference} was made under this key for ${taken}, not for ` +
          `${adyenMoney.format(money.amountMinor, money.currency)}. Somebody has to look at payment ${reference}`,
      );
    }
    return pending(
      `Adyen has taken ${what} ${pspReference} of payment ${reference} and has yet to say what became of it`,
    );
  }
  return outcomeOf(answer.failure, {
    // An endpoint of another region, say, does not know a payment that there is.
    onNotFound: () => (announced ? transient(answer.failure.message) : outcomes.referenceNotFound(reference)),
    decisions,
  });
}
