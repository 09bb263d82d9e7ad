import { CancellationReason } from '@oms/domain';

import type { Declined, MoneyCall, PaymentSnapshot } from '../payment-provider.js';
import { declined, unknown, type Unsettled } from './outcome.js';
import type { ProviderMoney } from './provider-money.js';

type Money = Pick<MoneyCall, 'amountMinor' | 'currency'>;

interface Words {
  readonly providerName: string;
  /** The thing that a reference names at the provider. */
  readonly noun: 'payment' | 'authorisation';
  /** Completes "payment references of the provider …". */
  readonly referenceForm: string;
  /** Only such a reference is sent to the provider, and shown. */
  readonly isReference: (reference: string) => boolean;
  readonly money: ProviderMoney;
}

/** The decisions of an adapter about a payment, in one set of words for all providers. */
export function createOutcomes({ providerName, noun, referenceForm, isReference, money }: Words) {
  const show = ({ amountMinor, currency }: Money): string => money.format(amountMinor, currency);
  const tooLittleLeft = (
    reference: string,
    left: Money,
    wanted: Money,
    declineCode?: string,
  ): Declined | undefined => {
    if (wanted.amountMinor <= left.amountMinor) return undefined;
    const message = `Payment ${reference} has ${show(left)} left to refund, which is less than ${show(wanted)}`;
    return declined(CancellationReason.PaymentDeclined, message, declineCode);
  };
  return {
    referenceNotFound(reference: string): Declined {
      // An invalid reference may be a card number or a secret, and is not shown.
      const shown = isReference(reference)
        ? reference
        : `of this form: payment references of ${providerName} ${referenceForm}`;
      return declined(
        CancellationReason.PaymentReferenceNotFound,
        `${providerName} knows no ${noun} ${shown}`,
      );
    },
    unrepresentable(reason: CancellationReason, { amountMinor, currency }: Money): Declined {
      return declined(reason, money.describeUnrepresentable(amountMinor, currency));
    },
    notCapturable(reference: string, standing: string): Declined {
      const message = `Payment ${reference} cannot be captured: ${standing}`;
      return declined(CancellationReason.PaymentNotCapturable, message);
    },
    notVoidable(reference: string, standing: string): Declined {
      const message = `Payment ${reference} cannot be voided: ${standing}. It can only be refunded`;
      return declined(CancellationReason.PaymentNotCapturable, message);
    },
    nothingToRefund(reference: string, standing: string, declineCode?: string): Declined {
      const message = `Payment ${reference} has nothing to refund: ${standing}`;
      return declined(CancellationReason.PaymentDeclined, message, declineCode);
    },
    /** Undefined where the held money suffices for the order. */
    refuseMoney(reference: string, held: Money, order: Money): Declined | undefined {
      if (held.currency !== order.currency) {
        const message = `Payment ${reference} is in ${held.currency}, the order in ${order.currency}`;
        return declined(CancellationReason.PaymentCurrencyMismatch, message);
      }
      if (money.toProvider(order.amountMinor, order.currency) === undefined) {
        return this.unrepresentable(CancellationReason.PaymentNotCapturable, order);
      }
      if (held.amountMinor >= order.amountMinor) return undefined;
      const message = `Payment ${reference} holds ${show(held)}, the order's total is ${show(order)}`;
      return declined(CancellationReason.PaymentAmountTooSmall, message);
    },
    /**
     * Decides whether a payment that the checkout has captured itself pays for the order. None does of which something
     * was refunded: it may have paid for another purchase.
     */
    judgeCaptured(
      payment: PaymentSnapshot,
      order: Money,
    ): Declined | { readonly kind: 'done'; readonly payment: PaymentSnapshot } {
      const { reference, currency, capturedMinor, refundedMinor } = payment;
      if (refundedMinor > 0) {
        const refunded = show({ amountMinor: refundedMinor, currency });
        return this.notCapturable(reference, `it was captured, and ${refunded} of it was refunded`);
      }
      const refusal = this.refuseMoney(reference, { amountMinor: capturedMinor, currency }, order);
      return refusal ?? { kind: 'done', payment };
    },
    /** Undefined if the rest of the captured money suffices. */
    refuseRefund(reference: string, left: Money, refund: Money): Declined | undefined {
      if (left.currency === refund.currency) return tooLittleLeft(reference, left, refund);
      const message = `Payment ${reference} is in ${left.currency}, the refund in ${refund.currency}`;
      return declined(CancellationReason.PaymentDeclined, message);
    },
    tooLittleLeft,
    refundFailed(refundId: string, declineCode: string | undefined): Declined {
      const message = `Refund ${refundId} has failed; the money is back with the merchant`;
      return declined(CancellationReason.PaymentDeclined, message, declineCode);
    },
    /**
     * The provider captured more money than this order accounts for, or another currency. A decision would cancel the
     * order and keep the money, so the outcome stays open until an operator has looked.
     */
    captureMismatch(reference: string, taken: string, order: Money): Unsettled {
      return unknown(
        `Payment ${reference} has been captured for ${taken}, not for the order's ${show(order)}. ` +
          'Somebody has to look at it',
      );
    },
    /** A bug here, or a refund that was changed under a key that must not change. */
    refundMismatch(refundId: string, made: Money, wanted: Money): Unsettled {
      return unknown(
        `Refund ${refundId} was made under this key for ${show(made)}, not for ${show(wanted)}. ` +
          'Somebody has to look at it',
      );
    },
  };
}
