/** The largest values of fields, the same for a request and for a command that an operator sends by hand. */
export const limits = {
  /** Units of one line. */
  quantity: 1_000_000,
  /** Lines of one order, and of one change of it. */
  lines: 500,
  /** Characters of a name, a title, a reference, a carrier. */
  name: 255,
  /** Characters of a SKU. */
  sku: 100,
  /** Characters of the reason of a change. */
  reason: 500,
  /** Characters of a value of the metadata. */
  metadataValue: 500,
  /** Characters of the note of an order. */
  note: 2_000,
  /** Characters of a tag. */
  tag: 40,
  /** Tags of an order, and keys of its metadata. */
  tags: 50,
  metadataKeys: 50,
  /** Tax ids of a seller. */
  taxIds: 5,
  /** Days from the issue of an invoice to its due date. */
  paymentDueDays: 365,
  /** Characters of an operator's evidence, and of its address. */
  evidence: 2_000,
} as const;
