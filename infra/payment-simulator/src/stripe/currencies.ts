import { invalidRequest, type StripeError } from './stripe-error.js';

/** @see https://docs.stripe.com/currencies#presentment-currencies */
const currencies: ReadonlySet<string> = new Set(
  (
    'aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp ' +
    'cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr ' +
    'isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn ' +
    'myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle ' +
    'sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw'
  ).split(' '),
);

/**
 * Currencies whose amounts must be multiples of a number. In three-decimal currencies the last digit must be 0. ISK and
 * UGX have no decimals any more, but their amounts are written with two, which must be 00.
 *
 * @see https://docs.stripe.com/currencies#three-decimal
 * @see https://docs.stripe.com/currencies#special-cases
 */
const multiples: Readonly<Record<string, number>> = {
  bhd: 10,
  jod: 10,
  kwd: 10,
  omr: 10,
  tnd: 10,
  isk: 100,
  ugx: 100,
};

/** @see https://docs.stripe.com/currencies#zero-decimal */
const zeroDecimals: ReadonlySet<string> = new Set(
  'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '),
);

/**
 * The minimum charge, in the currency's smallest units, for an account that settles in the currency. For other
 * currencies Stripe converts the minimum of the settlement currency; here it is 1.
 *
 * @see https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
 */
const minimums: Readonly<Record<string, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1_500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  inr: 50,
  jpy: 50,
  mxn: 1_000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1_000,
};

/** "The amount value supports up to eight digits." @see https://docs.stripe.com/api/payment_intents/create */
const maximum = 99_999_999;

export function isCurrency(currency: string): boolean {
  return currencies.has(currency);
}

/** The error of an invalid amount to charge or capture; undefined for a valid one. */
export function amountProblem(amount: number, currency: string, param: string): StripeError | undefined {
  const minimum = minimums[currency] ?? 1;
  if (amount < minimum) {
    const message = `Amount must be at least ${formatAmount(minimum, currency)} ${currency}`;
    return invalidRequest(message, { code: 'amount_too_small', param });
  }
  if (amount > maximum) {
    const message = `Amount must be no more than ${formatAmount(maximum, currency)} ${currency}`;
    return invalidRequest(message, { code: 'amount_too_large', param });
  }
  return multipleProblem(amount, currency, param);
}

/** The error of an amount whose last digits must be 0 and are not; undefined for a valid one. */
export function multipleProblem(amount: number, currency: string, param: string): StripeError | undefined {
  const multiple = multiples[currency] ?? 1;
  if (amount % multiple === 0) return undefined;
  const message = `Invalid amount: ${amount}. Amounts in ${currency} must be evenly divisible by ${multiple}.`;
  return invalidRequest(message, { code: 'parameter_invalid_integer', param });
}

function decimalsOf(currency: string): number {
  if (zeroDecimals.has(currency)) return 0;
  return multiples[currency] === 10 ? 3 : 2;
}

/** An amount in the format of Stripe's messages, such as `$25.00`. */
export function formatAmount(amount: number, currency: string): string {
  const digits = decimalsOf(currency);
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits);
}
