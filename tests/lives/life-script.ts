import fc from 'fast-check';

import { unitConditions, type CapturePolicy, type UnitCondition } from '@oms/domain';

/** The APIs for placing an order and for changing it. */
export type PlacingApi = 'oms' | 'sales' | 'commerce';
export type ChangingApi = 'oms' | 'sales' | 'temporal';
export type LifeProvider = 'stripe' | 'adyen' | 'paypal' | 'none';

/** The stock of a line. */
export type LineKind =
  /** The line is not inventory-backed. */
  | 'service'
  /** More stock than all lives need. */
  | 'plenty'
  /** Stock that all lives compete for. */
  | 'scarce'
  /** A variant without any stock. */
  | 'missing';

export interface LineScript {
  readonly kind: LineKind;
  /** The number of the variant within its kind. */
  readonly variant: number;
  /** On the Commerce API, the line names its location. On the Orders API, it names its variant; otherwise its SKU. */
  readonly isLocated: boolean;
  readonly quantity: number;
  readonly priceMinor: number;
}

/** The authorisation that pays for an order: valid, or its fault. */
export type AuthorizationScript = 'good' | 'too_small' | 'unknown' | 'other_currency';

/** A fault of the provider during its first calls of a kind for the order's payment. */
export interface FaultScript {
  readonly step: 'authorize' | 'capture' | 'void' | 'refund';
  readonly kind: string;
  readonly times: number;
}

/** A command with numbers in place of ids. A number is taken modulo the count of existing lines or parts. */
export type CommandScript =
  | { readonly type: 'edit'; readonly lines?: readonly LineScript[]; readonly shippingMinor: number }
  | { readonly type: 'confirm' | 'process' | 'cancel' | 'close' }
  | { readonly type: 'ship'; readonly units: readonly number[] | 'rest'; readonly startsProcessing: boolean }
  | { readonly type: 'cancel_units'; readonly units: readonly number[] | 'rest' }
  | { readonly type: 'deliver'; readonly part: number | 'all' }
  | { readonly type: 'correct_shipment' | 'cancel_shipment'; readonly part: number }
  | {
      readonly type: 'return_to_sender';
      readonly part: number;
      /** Of the first unit, the second and so on, then from the beginning. Empty: nobody says. */
      readonly conditions: readonly UnitCondition[];
    }
  | { readonly type: 'request_return'; readonly units: readonly number[] }
  | { readonly type: 'decide_return'; readonly part: number; readonly isApproved: boolean }
  | {
      readonly type: 'receive_return';
      readonly part: number;
      /** Of the first unit, the second and so on, then from the beginning. Empty: nobody says. */
      readonly conditions: readonly UnitCondition[];
    }
  | { readonly type: 'cancel_return'; readonly part: number }
  | {
      readonly type: 'refund';
      readonly of:
        | { readonly kind: 'rest' }
        | { readonly kind: 'share'; readonly percent: number }
        | { readonly kind: 'units'; readonly units: readonly number[] }
        | { readonly kind: 'return'; readonly part: number };
    };

export interface AttemptScript {
  readonly command: CommandScript;
  readonly api: ChangingApi;
  /** Number of concurrent copies under one idempotency key. */
  readonly copies: number;
  /** Whether another body is sent under the same key after the command was carried out. */
  readonly isReused: boolean;
}

/** Concurrent commands. */
export interface StepScript {
  readonly attempts: readonly AttemptScript[];
}

/** The customer disputes all money of the payment, once it is captured. */
export interface DisputeScript {
  /** Number of the step before it. */
  readonly opensAfter: number;
  /** Number of the step before its end. It may never end. */
  readonly closesAfter: number;
  readonly isInquiry: boolean;
  readonly outcome: 'won' | 'lost';
}

/** The script of one life: everything that is going to happen to one order. */
export interface LifeScript {
  readonly api: PlacingApi;
  readonly provider: LifeProvider;
  readonly currency: 'USD' | 'EUR' | 'JPY';
  readonly lines: readonly LineScript[];
  readonly discountPercent: number;
  readonly taxMinor: number;
  readonly shippingMinor: number;
  readonly authorization: AuthorizationScript;
  readonly capturePolicy: CapturePolicy;
  readonly faults: readonly FaultScript[];
  /** Number of concurrent placements under one key. */
  readonly placements: number;
  /** Whether changes are sent before the placed order is settled. */
  readonly isImpatient: boolean;
  /** Only at Stripe. */
  readonly dispute?: DisputeScript | undefined;
  readonly steps: readonly StepScript[];
}

const line: fc.Arbitrary<LineScript> = fc.record({
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constant<LineKind>('service') },
    { weight: 12, arbitrary: fc.constant<LineKind>('plenty') },
    { weight: 4, arbitrary: fc.constant<LineKind>('scarce') },
    { weight: 1, arbitrary: fc.constant<LineKind>('missing') },
  ),
  variant: fc.nat(3),
  isLocated: fc.boolean(),
  quantity: fc.integer({ min: 1, max: 3 }),
  priceMinor: fc.integer({ min: 100, max: 20_000 }),
});

const transientKinds = [
  'error_before',
  'error_after',
  'hang_before',
  'hang_after',
  'reset_before',
  'reset_after',
  'rate_limit',
];

const fault: fc.Arbitrary<FaultScript> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      step: fc.constantFrom<FaultScript['step']>('authorize', 'capture', 'capture', 'void', 'refund'),
      kind: fc.constantFrom(...transientKinds),
      times: fc.integer({ min: 1, max: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<FaultScript>(
      { step: 'capture', kind: 'decline', times: 1 },
      { step: 'refund', kind: 'decline', times: 1 },
    ),
  },
);

const part = fc.nat(5);
const units = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 });
const simple = (type: 'confirm' | 'process' | 'cancel' | 'close') => fc.constant<CommandScript>({ type });

const command: fc.Arbitrary<CommandScript> = fc.oneof(
  { weight: 2, arbitrary: simple('confirm') },
  { weight: 3, arbitrary: simple('process') },
  { weight: 1, arbitrary: simple('cancel') },
  { weight: 1, arbitrary: simple('close') },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('edit' as const),
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
      shippingMinor: fc.nat(500),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('edit' as const), shippingMinor: fc.nat(500) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('ship' as const),
      units: fc.oneof(fc.constant('rest' as const), units),
      startsProcessing: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('cancel_units' as const),
      units: fc.oneof(
        { weight: 1, arbitrary: fc.constant('rest' as const) },
        { weight: 3, arbitrary: units },
      ),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('deliver' as const),
      part: fc.oneof(fc.constant('all' as const), part),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('correct_shipment' as const), part }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('cancel_shipment' as const), part }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('return_to_sender' as const),
      part,
      conditions: fc.array(fc.constantFrom(...unitConditions), { maxLength: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('request_return' as const), units }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('decide_return' as const),
      part,
      isApproved: fc.integer({ min: 0, max: 3 }).map((number) => number > 0),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('receive_return' as const),
      part,
      conditions: fc.array(fc.constantFrom(...unitConditions), { maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel_return' as const), part }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('refund' as const),
      of: fc.oneof(
        fc.constant({ kind: 'rest' as const }),
        fc.record({ kind: fc.constant('share' as const), percent: fc.integer({ min: 5, max: 110 }) }),
        fc.record({ kind: fc.constant('units' as const), units }),
        fc.record({ kind: fc.constant('return' as const), part }),
      ),
    }),
  },
);

const attempt: fc.Arbitrary<AttemptScript> = fc.record({
  command,
  api: fc.constantFrom<ChangingApi>('oms', 'oms', 'sales', 'temporal'),
  copies: fc.constantFrom(1, 1, 1, 2),
  isReused: fc.constantFrom(false, false, false, true),
});

const steps = fc.array(fc.record({ attempts: fc.array(attempt, { minLength: 1, maxLength: 3 }) }), {
  minLength: 2,
  maxLength: 9,
  size: 'max',
});

const dispute: fc.Arbitrary<DisputeScript> = fc
  .record({
    opensAfter: fc.nat(5),
    lasts: fc.integer({ min: 1, max: 4 }),
    isInquiry: fc.constantFrom(true, false, false),
    outcome: fc.constantFrom('won' as const, 'lost' as const),
  })
  .map(({ lasts, ...script }) => ({ ...script, closesAfter: script.opensAfter + lasts }));

/** The commands of a usual order. */
const usual: readonly CommandScript[] = [
  { type: 'confirm' },
  { type: 'ship', units: [1], startsProcessing: true },
  { type: 'ship', units: 'rest', startsProcessing: true },
  { type: 'deliver', part: 'all' },
  { type: 'request_return', units: [1, 1] },
  { type: 'decide_return', part: 0, isApproved: true },
  { type: 'receive_return', part: 0, conditions: [] },
  { type: 'refund', of: { kind: 'return', part: 0 } },
  { type: 'close' },
];

/** Long lives: a prefix of the usual commands, each with a random concurrent command. */
const longSteps = fc
  .tuple(
    fc.integer({ min: 2, max: usual.length }),
    fc.array(fc.option(attempt, { freq: 1 }), { minLength: usual.length, maxLength: usual.length }),
    fc.constantFrom<ChangingApi>('oms', 'temporal'),
  )
  .map(([length, others, api]) =>
    usual.slice(0, length).map((step, index): StepScript => {
      const main: AttemptScript = { command: step, api, copies: 1, isReused: false };
      const other = others[index];
      return { attempts: other ? [main, other] : [main] };
    }),
  );

const isDeclinedRefund = ({ step, kind }: FaultScript): boolean => step === 'refund' && kind === 'decline';

const asksFor = (type: CommandScript['type']) => (script: LifeScript) =>
  script.steps.some(({ attempts }) => attempts.some((one) => one.command.type === type));

/**
 * A whole life. Two combinations are excluded, because their orders would outlast the test:
 * - An unknown authorisation at Adyen. Adyen cannot be queried, so the order waits for a webhook until its pending limit.
 * - A declined refund of a cancellation. The order would wait for an operator, so refunds are declined only in lives without
 *   a cancellation, and once at most: a refund of all units cancels the order too.
 */
export const lifeScript: fc.Arbitrary<LifeScript> = fc
  .record({
    api: fc.constantFrom<PlacingApi>('oms', 'oms', 'sales', 'commerce'),
    provider: fc.constantFrom<LifeProvider>('stripe', 'stripe', 'adyen', 'paypal', 'none'),
    currency: fc.constantFrom('USD' as const, 'USD' as const, 'EUR' as const, 'JPY' as const),
    lines: fc.array(line, { minLength: 1, maxLength: 4 }),
    discountPercent: fc.constantFrom(0, 0, 10, 33),
    taxMinor: fc.constantFrom(0, 77, 1_502),
    shippingMinor: fc.constantFrom(0, 500, 1_001),
    authorization: fc.oneof(
      { weight: 20, arbitrary: fc.constant<AuthorizationScript>('good') },
      {
        weight: 1,
        arbitrary: fc.constantFrom<AuthorizationScript>('too_small', 'unknown', 'other_currency'),
      },
    ),
    capturePolicy: fc.constantFrom<CapturePolicy>('at_confirmation', 'at_confirmation', 'at_shipment'),
    faults: fc.oneof(
      { weight: 2, arbitrary: fc.constant<readonly FaultScript[]>([]) },
      { weight: 1, arbitrary: fc.array(fault, { minLength: 1, maxLength: 2 }) },
    ),
    placements: fc.constantFrom(1, 1, 2, 3),
    isImpatient: fc.constantFrom(true, false, false),
    dispute: fc.option(dispute, { freq: 2, nil: undefined }),
    steps: fc.oneof(steps, longSteps),
  })
  .map((script: LifeScript): LifeScript => {
    const cancels = asksFor('cancel')(script) || asksFor('cancel_units')(script);
    const isDeclinable = !cancels && script.provider === 'stripe';
    const isAskable = script.provider !== 'adyen' || script.authorization !== 'unknown';
    return {
      ...script,
      authorization: isAskable ? script.authorization : 'too_small',
      faults: script.faults.filter(
        (fault, index) =>
          !isDeclinedRefund(fault) || (isDeclinable && script.faults.findIndex(isDeclinedRefund) === index),
      ),
    };
  });
