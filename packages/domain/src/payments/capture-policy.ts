/** When the money of an order is taken. */
export const CapturePolicy = {
  /** Before the order is confirmed. */
  AtConfirmation: 'at_confirmation',
  /** Before its first units ship. Until then the provider only holds the money. */
  AtShipment: 'at_shipment',
} as const;
export type CapturePolicy = (typeof CapturePolicy)[keyof typeof CapturePolicy];

export const capturePolicies: readonly CapturePolicy[] = Object.values(CapturePolicy);

/**
 * The rule for an order that ships in parts. A provider captures an authorisation once, and releases the rest: the first
 * shipment has to take the money of all units, or there is only one shipment.
 */
export const SplitShipments = {
  /** The first shipment takes the money of all units that are not cancelled. */
  CaptureAll: 'capture_all',
  /** A first shipment that leaves units behind is refused: no money is taken for goods that have not left. */
  Refuse: 'refuse',
} as const;
export type SplitShipments = (typeof SplitShipments)[keyof typeof SplitShipments];

export const splitShipmentRules: readonly SplitShipments[] = Object.values(SplitShipments);

/** The rule for an order that has not shipped a day before its authorisation lapses. */
export const LapsingAuthorizations = {
  /** It is flagged. */
  Flag: 'flag',
  /** Its money is taken before it ships. */
  Capture: 'capture',
} as const;
export type LapsingAuthorizations = (typeof LapsingAuthorizations)[keyof typeof LapsingAuthorizations];

export const lapsingAuthorizationRules: readonly LapsingAuthorizations[] =
  Object.values(LapsingAuthorizations);
