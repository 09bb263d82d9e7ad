/** Some units of one line of an order. */
export interface LineQuantity {
  readonly lineId: string;
  readonly quantity: number;
}
