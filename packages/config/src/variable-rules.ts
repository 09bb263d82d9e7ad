import { z } from 'zod';

/** Variables as they were given, before any of them was read. */
export type GivenVariables = Readonly<Record<string, unknown>>;

/** What one variable says of another: the one at fault, what is wrong with it, and when all is well. */
export type VariableRule = readonly [
  variable: string,
  message: string,
  holds: (given: GivenVariables) => boolean,
];

/**
 * A schema of rules across variables. It adds nothing to a configuration: intersected with the schema of the variables
 * themselves, both are looked at, so that all faults are named at once.
 */
export function variableRules(rules: readonly VariableRule[]) {
  // One step, so that what was given is out of the way of what was read also where there are faults.
  return z.record(z.string(), z.unknown()).transform((given, context) => {
    for (const [variable, message, holds] of rules) {
      if (!holds(given)) context.addIssue({ code: 'custom', path: [variable], message });
    }
    return {};
  });
}

export const isGiven = (value: unknown): boolean => value !== undefined;

/** The rule that a variable goes with another: where the second is given, the first is too. */
export function requiredWith(variable: string, other: string): VariableRule {
  return [
    variable,
    `is required with ${other}`,
    (given) => isGiven(given[variable]) || !isGiven(given[other]),
  ];
}
