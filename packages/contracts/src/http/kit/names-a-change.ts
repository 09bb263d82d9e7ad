/** The rule that a change names at least one field. */
export const namesAChange = {
  check: (fields: object): boolean => Object.values(fields).some((value) => value !== undefined),
  fault: { error: 'must name at least one field to change' },
  schema: { minProperties: 1 },
} as const;
