import type { Address } from '../kit/address.js';

/** A tax id as it is printed, such as `VAT ID` and `DE123456789`. */
export interface TaxId {
  readonly name: string;
  readonly value: string;
}

/** The seller that invoices of an organisation name. */
export interface Seller {
  readonly legalName: string;
  readonly address: Omit<Address, 'name' | 'company' | 'phone' | 'email'>;
  readonly taxIds: readonly TaxId[];
  /** One line, such as an e-mail address and a phone number. */
  readonly contact?: string;
  /** May have several lines. */
  readonly bankDetails?: string;
  /** May have several lines. */
  readonly paymentTerms?: string;
  /** Invoices are due so many days after their issue. Absent: they have no due date. */
  readonly paymentDueDays?: number;
}

const dayMs = 86_400_000;

/** The day by which an issued invoice is to be paid, in UTC, such as `2026-12-30`. Absent where nothing sets one. */
export function dueDateOf(invoice: {
  readonly issuedAt?: string;
  readonly seller?: Pick<Seller, 'paymentDueDays'>;
}): string | undefined {
  const { issuedAt, seller } = invoice;
  if (issuedAt === undefined || seller?.paymentDueDays === undefined) return undefined;
  return new Date(Date.parse(issuedAt) + seller.paymentDueDays * dayMs).toISOString().slice(0, 10);
}
