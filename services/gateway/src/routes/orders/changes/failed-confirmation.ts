import type { ChangeAnswer } from '@oms/contracts/temporal';
import { OrderStatus, refusal, RefusalCode, type OrderCommandType, type Refusal } from '@oms/domain';

/**
 * The refusal of a confirmation whose order ended cancelled, such as after a declined payment.
 *
 * @param detail the reason of the cancellation
 * @returns `undefined` for a confirmed order, and for any other change
 */
export function failedConfirmation(
  type: OrderCommandType,
  answer: Pick<ChangeAnswer, 'status'>,
  detail = '',
): Refusal | undefined {
  if (type !== 'confirm' || answer.status !== OrderStatus.Cancelled) return undefined;
  return refusal(RefusalCode.NotConfirmed, `the order could not be confirmed and is cancelled: ${detail}`);
}
