import { randomUUID } from 'node:crypto';

import { orderIdOfCommerce, orderIdOfSales } from '@oms/contracts/http';
import { orderLineId } from '@oms/contracts/temporal';
import { formatAmountMinor } from '@oms/domain';
import { eventually, HopelessError } from '@oms/stack';

import type { ApiResponse } from '../harness/api-client.js';
import type { CommerceClient } from '../harness/commerce-client.js';
import { salesLine, type LifeFaces } from './life-faces.js';
import type { LifeScript, LineScript } from './life-script.js';
import { subtotalMinorOf, type Circumstances, type World } from './world.js';

export interface PlacingFaces extends LifeFaces {
  readonly commerce: CommerceClient;
}

/** An order that was placed, and what is known of it by then. */
export interface PlacedLife {
  readonly orderId: string;
  readonly exponent: number;
  /** Absent where it is not paid for by a provider. */
  readonly reference?: string;
  readonly world: World;
  readonly circumstances: Circumstances;
}

/** The Sales API sells products; the Commerce API, what has a SKU. */
function kindOn(script: LifeScript, line: LineScript): LineScript['kind'] {
  return line.kind === 'service' && script.face !== 'oms' ? 'plenty' : line.kind;
}

interface WantedLine {
  readonly quantity: number;
  readonly priceMinor: number;
  readonly variantId?: string;
  readonly locationId?: string;
}

/** What an order orders, before it has an id. */
export function linesOf(
  faces: Pick<LifeFaces, 'stock'>,
  script: LifeScript,
  lines = script.lines,
): readonly WantedLine[] {
  return lines.map((line) => {
    const kind = kindOn(script, line);
    const { quantity, priceMinor } = line;
    if (kind === 'service') return { quantity, priceMinor };
    const { variantId, locationId } = faces.stock.variantOf({ ...line, kind });
    const isLocated = script.face === 'oms' || (script.face === 'commerce' && line.isLocated);
    return { quantity, priceMinor, variantId, ...(isLocated ? { locationId } : {}) };
  });
}

/** Places the order of a life, as often as it says and until somebody says what became of that. */
export async function placeLife(faces: PlacingFaces, script: LifeScript): Promise<PlacedLife> {
  const exponent = script.currency === 'JPY' ? 0 : 2;
  const wanted = linesOf(faces, script);
  const discountMinor = Math.floor((subtotalMinorOf(wanted) * script.discountPercent) / 100);
  const { taxMinor, shippingMinor } = script;
  const amounts = { discountMinor, taxMinor, shippingMinor };
  const provider = script.face === 'oms' && script.provider === 'none' ? 'stripe' : script.provider;
  const totalMinor = subtotalMinorOf(wanted) - discountMinor + taxMinor + shippingMinor;
  const reference =
    provider === 'none' ? undefined : await authorize(faces, { ...script, provider }, totalMinor);
  if (reference !== undefined) await addFaults(faces, { ...script, provider }, reference);
  const payment = reference === undefined ? {} : { payment_provider: provider, payment_reference: reference };
  const body = bodyOf(faces, script, wanted, { exponent, payment, amounts });
  const key = randomUUID();
  const ids = await Promise.all(
    Array.from({ length: script.placements }, () => untilPlaced(faces, script, { body, key })),
  );
  const [orderId] = ids;
  if (orderId === undefined || new Set(ids).size > 1) {
    throw new Error(`one key made these orders: ${ids.join(', ')}`);
  }
  const stockOf = (variantId: string): ReturnType<Circumstances['stockOf']> =>
    faces.stock.outlookOf(variantId);
  return {
    orderId,
    exponent,
    ...(reference === undefined ? {} : { reference }),
    world: newWorld(script, orderId, wanted, amounts),
    circumstances: {
      hasProvider: reference !== undefined,
      authorizedMinor: script.authorization === 'good' ? totalMinor : 0,
      mayBeDeclined: script.faults.some(({ step, kind }) => step === 'capture' && kind === 'decline'),
      mayRefundsFail: script.faults.some(({ step, kind }) => step === 'refund' && kind === 'decline'),
      stockOf,
    },
  };
}

type Amounts = Pick<World, 'discountMinor' | 'taxMinor' | 'shippingMinor'>;

function newWorld(
  script: LifeScript,
  orderId: string,
  wanted: readonly WantedLine[],
  amounts: Amounts,
): World {
  return {
    status: script.face === 'sales' ? 'draft' : 'pending',
    lines: worldLines(orderId, wanted),
    ...amounts,
    ...{ shipments: [], returns: [], refunds: [], made: {}, refused: [] },
  };
}

/** Lines as they are once they belong to an order. */
export function worldLines(orderId: string, wanted: readonly WantedLine[]): World['lines'] {
  return wanted.map(({ quantity, priceMinor, variantId }, index) => ({
    ...{ id: orderLineId(orderId, index + 1), quantity, priceMinor, shipped: 0, restocked: 0 },
    ...(variantId === undefined ? {} : { variantId }),
  }));
}

function bodyOf(
  { stock }: LifeFaces,
  { face, currency }: LifeScript,
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
  if (face === 'sales') {
    const line_items = wanted.map((line) => salesLine(stock, line, exponent));
    return { ...shared, customer_id: 'cust_lives', line_items };
  }
  const items = wanted.map(({ quantity, priceMinor, variantId, locationId }) => ({
    quantity,
    unit_price: money(priceMinor),
    ...(variantId === undefined ? {} : { variant_id: variantId }),
    ...(locationId === undefined ? {} : { location_id: locationId }),
  }));
  return { ...shared, items };
}

async function authorize({ stack }: LifeFaces, script: LifeScript, totalMinor: number): Promise<string> {
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

/** What the simulator calls the calls of each step. Adyen is never asked about an authorisation: it tells. */
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

async function addFaults({ stack }: LifeFaces, script: LifeScript, reference: string): Promise<void> {
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

/** A client that knows the API sends the same again after a 5xx or a lost connection. */
function untilPlaced(
  faces: PlacingFaces,
  script: LifeScript,
  { body, key }: { readonly body: Record<string, unknown>; readonly key: string },
): Promise<string> {
  return eventually(
    'the order being placed',
    async () => {
      const answer = await place(faces, script.face, body, key);
      if (answer.status >= 500) throw new Error(`it is ${answer.status} ${JSON.stringify(answer.body)}`);
      const id = idOf(script.face, answer);
      if (id !== undefined) return id;
      throw new HopelessError(`it is ${answer.status} ${JSON.stringify(answer.body)}`);
    },
    { timeoutMs: 120_000 },
  );
}

function place(
  { stack, sales, commerce }: PlacingFaces,
  face: LifeScript['face'],
  body: Record<string, unknown>,
  key: string,
): Promise<ApiResponse> {
  if (face === 'oms') return stack.api.placeOrder({ ...body, idempotency_key: key });
  return face === 'sales' ? sales.post('/orders', body, key) : commerce.post(body, key);
}

/** Also of an order that the Commerce API says is cancelled already: it is recorded. */
function idOf(face: LifeScript['face'], { status, headers, body }: ApiResponse): string | undefined {
  if (status > 202 && (face !== 'commerce' || status !== 422)) return undefined;
  if (face === 'oms') return String(body['order_id']);
  const id = headers.get('location')?.split('/').at(-1);
  return face === 'sales' ? orderIdOfSales(id) : orderIdOfCommerce(id);
}
