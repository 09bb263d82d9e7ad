import { apportionUpTo } from '../kit/apportion.js';
import { lineAmounts, taxesByRate, type TaxOfRate } from '../kit/line-amounts.js';
import { CreditNoteReason, type CreditNote, type Invoice } from './invoice.js';

/** The parts of a credit note's amount: the nets and taxes of its rates, and shipping, add up to it. */
export interface CreditedParts {
  readonly taxes: readonly TaxOfRate[];
  readonly shippingMinor: number;
}

type TaxedInvoice = Pick<Invoice, 'lines' | 'totals' | 'creditNotes'>;

/** The nets and taxes of an invoice by rate. With the shipping, which has no tax, they add up to its total. */
export const invoiceTaxes = ({ lines, totals }: TaxedInvoice): readonly TaxOfRate[] =>
  taxesByRate(lineAmounts(lines, totals));

/** The amount of a line, or of the shipping, and the part of it that was credited. */
interface Part {
  readonly lineId?: string;
  readonly taxRateMillionths?: number;
  readonly grossMinor: number;
  readonly taxMinor: number;
  creditedMinor: number;
}

/**
 * Splits each credit note of an invoice into nets and taxes by rate, and shipping. The money of a line has the tax of that
 * line, and money beyond the named lines is shipping first. A credit note that names no lines takes from all parts, in
 * proportion to the money that is left of them. All credit notes of a fully credited invoice add up to its taxes.
 *
 * @returns the parts of the credit notes, in their sequence
 */
export function creditedParts({ lines, totals, creditNotes }: TaxedInvoice): readonly CreditedParts[] {
  const ofLines: Part[] = lineAmounts(lines, totals).map(
    ({ id: lineId, taxRateMillionths, grossMinor, taxMinor }) => ({
      ...(taxRateMillionths === undefined ? {} : { taxRateMillionths }),
      ...{ lineId, grossMinor, taxMinor, creditedMinor: 0 },
    }),
  );
  const shipping: Part = { grossMinor: totals.shippingMinor, taxMinor: 0, creditedMinor: 0 };
  const parts = [...ofLines, shipping];
  const refunds = new Map<string, readonly number[]>();
  return creditNotes.map((note) => {
    const shares = sharesOf(note, parts, refunds);
    if (note.refundId !== undefined) refunds.set(note.refundId, shares);
    const credited = parts.map((part, index) => credit(part, shares[index] ?? 0));
    return {
      taxes: taxesByRate(credited.slice(0, -1).filter(({ grossMinor }) => grossMinor !== 0)),
      shippingMinor: shares.at(-1) ?? 0,
    };
  });
}

/** The amount that a credit note takes from each part. */
function sharesOf(
  note: CreditNote,
  parts: readonly Part[],
  refunds: ReadonlyMap<string, readonly number[]>,
): readonly number[] {
  if (note.reason === CreditNoteReason.RefundFailed) {
    const refunded = refunds.get(note.refundId ?? '') ?? [];
    const isWhole = sumOf(refunded) === -note.amountMinor;
    const taken = isWhole
      ? refunded
      : apportionUpTo(
          -note.amountMinor,
          parts.map(({ creditedMinor }) => creditedMinor),
          1,
        );
    return taken.map((share) => -share);
  }
  const left = parts.map(({ grossMinor, creditedMinor }) => grossMinor - creditedMinor);
  const wanted = new Map(note.lines.map(({ lineId, amountMinor }) => [lineId, amountMinor]));
  const named = apportionUpTo(
    note.amountMinor,
    parts.map(({ lineId }, index) => Math.min(wanted.get(lineId ?? '') ?? 0, left[index] ?? 0)),
    1,
  );
  const beyondMinor = note.amountMinor - sumOf(named);
  const shippingMinor = note.lines.length === 0 ? 0 : Math.min(beyondMinor, left.at(-1) ?? 0);
  const isShipping = (index: number): boolean => index === parts.length - 1;
  const before = named.map((share, index) => share + (isShipping(index) ? shippingMinor : 0));
  const rest = apportionUpTo(
    beyondMinor - shippingMinor,
    left.map((leftMinor, index) => leftMinor - (before[index] ?? 0)),
    1,
  );
  return before.map((share, index) => share + (rest[index] ?? 0));
}

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

/** Credits an amount of a part, with its share of the tax: the tax up to it minus the tax up to what was credited before. */
function credit(part: Part, shareMinor: number) {
  const before = taxUpTo(part, part.creditedMinor);
  part.creditedMinor += shareMinor;
  const { taxRateMillionths } = part;
  return {
    ...(taxRateMillionths === undefined ? {} : { taxRateMillionths }),
    grossMinor: shareMinor,
    taxMinor: taxUpTo(part, part.creditedMinor) - before,
  };
}

/** The tax in an amount of a part, rounded half up. */
function taxUpTo({ grossMinor, taxMinor }: Part, amountMinor: number): number {
  if (grossMinor === 0) return 0;
  const gross = BigInt(grossMinor);
  return Number((2n * BigInt(taxMinor) * BigInt(amountMinor) + gross) / (2n * gross));
}
