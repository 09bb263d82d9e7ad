import { OrderStatus } from '@oms/domain';

import type { TrytonSettings } from './tryton-settings.js';

export type SaleState = 'draft' | 'quotation' | 'confirmed' | 'processing' | 'done' | 'cancelled';

/** The differences between a sale and its order. */
export interface SaleStanding {
  readonly state: SaleState;
  /** Whether party, addresses and lines match the order. */
  readonly contentIsRight: boolean;
  /** Whether version and comment match the order. */
  readonly textIsRight: boolean;
  readonly totalIsRight: boolean;
}

/** The next step. After it, the sale is read again. */
export type SaleStep =
  | { readonly kind: 'finished' }
  /** `everything` only for drafts: Tryton does not allow other sales to be changed. */
  | { readonly kind: 'write'; readonly what: 'everything' | 'text' }
  | { readonly kind: 'press'; readonly button: 'draft' | 'quote' | 'confirm' | 'cancel' }
  | { readonly kind: 'refuse'; readonly why: 'in_process' | 'cancelled_there' | 'total_differs' };

const finished: SaleStep = { kind: 'finished' };

/** The state that a sale must reach for an order in this status. */
export function targetState(
  status: OrderStatus,
  confirmFrom: TrytonSettings['confirmFrom'],
): 'draft' | 'quotation' | 'confirmed' | 'cancelled' {
  switch (status) {
    case OrderStatus.Draft:
    case OrderStatus.Pending:
      return 'draft';
    case OrderStatus.Confirmed:
      return confirmFrom === 'confirmed' ? 'confirmed' : 'quotation';
    case OrderStatus.Processing:
    case OrderStatus.Shipped:
    case OrderStatus.Delivered:
    case OrderStatus.Closed:
      return 'confirmed';
    case OrderStatus.Cancelled:
      return 'cancelled';
  }
}

/**
 * Decides the next step that brings a sale towards its order. Every step is one request to Tryton. Depends only on
 * the sale's present state, so a crash, a lost answer, another push or a person in Tryton does no harm. A sale that a
 * person has taken further than the order stays there. A refusal follows only after the text is written, so that
 * people in Tryton see the order's status.
 */
export function nextStep(standing: SaleStanding, target: ReturnType<typeof targetState>): SaleStep {
  const { state, contentIsRight, textIsRight, totalIsRight } = standing;
  const text: SaleStep | undefined = textIsRight ? undefined : { kind: 'write', what: 'text' };
  switch (state) {
    case 'draft':
      if (!contentIsRight || !textIsRight) return { kind: 'write', what: 'everything' };
      if (target === 'cancelled') return { kind: 'press', button: 'cancel' };
      if (!totalIsRight) return { kind: 'refuse', why: 'total_differs' };
      return target === 'draft' ? finished : { kind: 'press', button: 'quote' };
    case 'quotation':
      if (target === 'cancelled') return text ?? { kind: 'press', button: 'cancel' };
      if (!contentIsRight || !totalIsRight) return { kind: 'press', button: 'draft' };
      return text ?? (target === 'confirmed' ? { kind: 'press', button: 'confirm' } : finished);
    case 'confirmed':
      if (target === 'cancelled' || !contentIsRight) return { kind: 'press', button: 'draft' };
      return text ?? finished;
    case 'processing':
    case 'done':
      if (target === 'cancelled' || !contentIsRight) return text ?? { kind: 'refuse', why: 'in_process' };
      return text ?? finished;
    case 'cancelled':
      return text ?? (target === 'cancelled' ? finished : { kind: 'refuse', why: 'cancelled_there' });
  }
}
