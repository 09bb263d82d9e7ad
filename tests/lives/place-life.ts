import { randomUUID } from 'node:crypto';

import { orderIdOfCommerce, orderIdOfSales } from '@oms/contracts/http';
import { orderLineId } from '@oms/contracts/temporal';
import { formatAmountMinor } from '@oms/domain';
import { eventually, HopelessError } from '@oms/stack';

import type { ApiResponse } from '../harness/api-client.js';
import type { CommerceClient } from '../harness/commerce-client.js';
import { salesLine, type LifeApis } from './life-apis.js';
import type { LifeScript, LineScript } from './life-script.js';
import { subtotalMinorOf, type Circumstances, type World } from './world.js';

export interface PlacingApis extends LifeApis {
  readonly commerce: CommerceClient;
}

/** A placed order, with its world and circumstances at that time. */
export interface PlacedLife {
  readonly orderId: string;
  readonly exponent: number;
  /** Absent if no provider pays for the order. */
  readonly reference?: string;
  readonly world: World;
  readonly circumstances: Circumstances;
}

/** Only the Orders API takes lines without a product or SKU. */
function kindOn(script: LifeScript, line: LineScript): LineScript['kind'] {
  return line.kind === 'service' && script.api !== 'oms' ? 'plenty' : line.kind;
}

interface WantedLine {
  readonly quantity: number;
  readonly priceMinor: number;
  readonly variantId?: string;
  readonly locationId?: string;
  /** The line names this SKU instead of its variant. */
  readonly sku?: string;
}

/** The lines of an order before it has an id. */
export function linesOf(
  apis: Pick<LifeApis, 'stock'>,
  script: LifeScript,
  lines = script.lines,
): readonly WantedLine[] {
  return lines.map((line) => {
    const kind = kindOn(script, line);
    const { quantity, priceMinor } = line;
    if (kind === 'service') return { quantity, priceMinor };
    const { variantId, locationId, sku } = apis.stock.variantOf({ ...line, kind });
    const isLocated = script.api === 'oms' || (script.api === 'commerce' && line.isLocated);
    // A SKU without a level is no stock at all.
    const isBySku = script.api === 'oms' && !line.isLocated && kind !== 'missing';
    return {
      ...{ quantity, priceMinor, variantId },
      ...(isLocated ? { locationId } : {}),
      ...(isBySku ? { sku } : {}),
    };
  });
}

/** Places the order of a life, with all concurrent copies, and retries until each copy is answered. */
export async function placeLife(apis: PlacingApis, script: LifeScript): Promise<PlacedLife> {
  const exponent = script.currency === 'JPY' ? 0 : 2;
  const wanted = linesOf(apis, script);
  const discountMinor = Math.floor((subtotalMinorOf(wanted) * script.discountPercent) / 100);
  const { taxMinor, shippingMinor } = script;
  const amounts = { discountMinor, taxMinor, shippingMinor };
  const provider = script.api === 'oms' && script.provider === 'none' ? 'stripe' : script.provider;
  const totalMinor = subtotalMinorOf(wanted) - discountMinor + taxMinor + shippingMinor;
  const reference =
    provider === 'none' ? undefined : await authorize(apis, { ...script, provider }, totalMinor);
  if (reference !== undefined) await addFaults(apis, { ...script, provider }, reference);
  const { capturePolicy } = script;
  const payment =
    reference === undefined
      ? {}
      : { payment_provider: provider, payment_reference: reference, capture_policy: capturePolicy };
  const body = bodyOf(apis, script, wanted, { exponent, payment, amounts });
  const key = randomUUID();
  const ids = await Promise.all(
    Array.from({ length: script.placements }, () => untilPlaced(apis, script, { body, key })),
  );
  const [orderId] = ids;
  if (orderId === undefined || new Set(ids).size > 1) {
    throw new Error(`one key made these orders: ${ids.join(', ')}`);
  }
  const stockOf = (variantId: string): ReturnType<Circumstances['stockOf']> =>
    apis.stock.outlookOf(variantId);
  return {
    orderId,
    exponent,
    ...(reference === undefined ? {} : { reference }),
    world: newWorld(script, orderId, wanted, amounts),
    circumstances: {
      hasProvider: reference !== undefined,
      authorizedMinor: authorizedMinorOf(script, totalMinor),
      isCapturedAtShipment: reference !== undefined && capturePolicy === 'at_shipment',
      mayBeDeclined: script.faults.some(({ step, kind }) => step === 'capture' && kind === 'decline'),
      mayRefundsFail: script.faults.some(({ step, kind }) => step === 'refund' && kind === 'decline'),
      stockOf,
    },
  };
}

/** The amount that can pay for the order; 0 for an unusable authorisation. */
function authorizedMinorOf({ authorization }: LifeScript, totalMinor: number): number {
  if (authorization === 'too_small') return totalMinor - 1;
  return authorization === 'good' ? totalMinor : 0;
}

type Amounts = Pick<World, 'discountMinor' | 'taxMinor' | 'shippingMinor'>;

function newWorld(
  script: LifeScript,
  orderId: string,
  wanted: readonly WantedLine[],
  amounts: Amounts,
): World {
  return {
    status: script.api === 'sales' ? 'draft' : 'pending',
    lines: worldLines(orderId, wanted),
    ...amounts,
    ...{ shipments: [], returns: [], refunds: [], notCharged: [], made: {}, refused: [] },
  };
}

/** The lines of a placed order. */
export function worldLines(orderId: string, wanted: readonly WantedLine[]): World['lines'] {
  return wanted.map(({ quantity, priceMinor, variantId }, index) => ({
    ...{ id: orderLineId(orderId, index + 1), quantity, priceMinor, shipped: 0, cancelled: 0 },
    ...{ restocked: 0, lost: 0 },
    ...(variantId === undefined ? {} : { variantId }),
  }));
}

function bodyOf(
  { stock }: LifeApis,
  { api, currency }: LifeScript,
  wanted: readonly WantedLine[],
  {
    exponent,
    payment,
    amounts,
  }: { readonly exponent: number; readonly payment: object; readonly amounts: Amounts },
): Record<string, unknown> {
  const money = (amountMinor: number): string => formatAmountMinor(amountMinor, exponent);
  const shared = {
    currency,
    discount_amount: money(amounts.discountMinor),
    tax_amount: money(amounts.taxMinor),
    shipping_amount: money(amounts.shippingMinor),
    ...payment,
  };
  if (api === 'sales') {
    const line_items = wanted.map((line) => salesLine(stock, line, exponent));
    return { ...shared, customer_id: 'cust_lives', line_items };
  }
  const items = wanted.map(({ quantity, priceMinor, variantId, locationId, sku }) => ({
    quantity,
    unit_price: money(priceMinor),
    ...(sku === undefined ? {} : { sku }),
    ...(variantId === undefined || sku !== undefined ? {} : { variant_id: variantId }),
    ...(locationId === undefined ? {} : { location_id: locationId }),
  }));
  return { ...shared, items };
}

async function authorize({ stack }: LifeApis, script: LifeScript, totalMinor: number): Promise<string> {
  if (script.authorization === 'unknown') {
    return { stripe: `pi_${randomUUID()}`, adyen: 'NOSUCHPAYMENT000', paypal: '0AUTHORIZATION000', none: '' }[
      script.provider
    ];
  }
  const currency = script.authorization === 'other_currency' ? 'GBP' : script.currency;
  const amount = script.authorization === 'too_small' ? totalMinor - 1 : totalMinor;
  return eventually('an authorisation', () => {
    if (script.provider === 'adyen') return stack.simulator.adyenPayment(amount, { currency });
    if (script.provider === 'paypal') return stack.simulator.paypalAuthorization(amount, { currency });
    return stack.simulator.authorization(amount, { currency });
  });
}

/** The simulator's name for the call of each step. Adyen has no call for an authorisation: Adyen sends webhooks. */
const operations = {
  stripe: {
    authorize: 'payment_intents.retrieve',
    capture: 'payment_intents.capture',
    void: 'payment_intents.cancel',
    refund: 'refunds.create',
  },
  adyen: {
    authorize: 'adyen.payments.*',
    capture: 'adyen.payments.capture',
    void: 'adyen.payments.cancel',
    refund: 'adyen.payments.refund',
  },
  paypal: {
    authorize: 'paypal.authorizations.get',
    capture: 'paypal.authorizations.capture',
    void: 'paypal.authorizations.void',
    refund: 'paypal.captures.refund',
  },
} as const;

async function addFaults({ stack }: LifeApis, script: LifeScript, reference: string): Promise<void> {
  if (script.provider === 'none') return;
  for (const { step, kind, times } of script.faults) {
    const operation = operations[script.provider][step];
    const declineCode = script.provider === 'paypal' ? 'INSTRUMENT_DECLINED' : 'generic_decline';
    await eventually('a fault of the provider', async () => {
      await stack.simulator.fault({
        ...{ operation, kind, times, paymentIntent: reference },
        ...(kind === 'decline' ? { declineCode } : {}),
      });
      return true;
    });
  }
}

/** Retries the same request after a 5xx or a lost connection, as clients should. */
function untilPlaced(
  apis: PlacingApis,
  script: LifeScript,
  { body, key }: { readonly body: Record<string, unknown>; readonly key: string },
): Promise<string> {
  return eventually(
    'the order being placed',
    async () => {
      const answer = await place(apis, script.api, body, key);
      if (answer.status >= 500) throw new Error(`it is ${answer.status} ${JSON.stringify(answer.body)}`);
      const id = idOf(script.api, answer);
      if (id !== undefined) return id;
      throw new HopelessError(`it is ${answer.status} ${JSON.stringify(answer.body)}`);
    },
    { timeoutMs: 120_000 },
  );
}

function place(
  { stack, sales, commerce }: PlacingApis,
  api: LifeScript['api'],
  body: Record<string, unknown>,
  key: string,
): Promise<ApiResponse> {
  if (api === 'oms') return stack.api.placeOrder({ ...body, idempotency_key: key });
  return api === 'sales' ? sales.post('/orders', body, key) : commerce.post(body, key);
}

/** The id of a placed order. Includes the 422 of the Commerce API for an order that is recorded and cancelled. */
function idOf(api: LifeScript['api'], { status, headers, body }: ApiResponse): string | undefined {
  if (status > 202 && (api !== 'commerce' || status !== 422)) return undefined;
  if (api === 'oms') return String(body['order_id']);
  const id = headers.get('location')?.split('/').at(-1);
  return api === 'sales' ? orderIdOfSales(id) : orderIdOfCommerce(id);
}
