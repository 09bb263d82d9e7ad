import { z } from 'zod';

/** Variables as given, before parsing. */
export type GivenVariables = Readonly<Record<string, unknown>>;

/** A rule between variables: the variable at fault, the message, and the condition that must hold. */
export type VariableRule = readonly [
  variable: string,
  message: string,
  holds: (given: GivenVariables) => boolean,
];

/**
 * A schema of rules across variables. Adds nothing to a configuration. In an intersection with the schema of the variables,
 * zod evaluates both, so that all faults are reported together.
 */
export function variableRules(rules: readonly VariableRule[]) {
  // A single transform, so that the given values never conflict with the parsed ones, also if there are faults.
  return z.record(z.string(), z.unknown()).transform((given, context) => {
    for (const [variable, message, holds] of rules) {
      if (!holds(given)) context.addIssue({ code: 'custom', path: [variable], message });
    }
    return {};
  });
}

export const isGiven = (value: unknown): boolean => value !== undefined;

/** The rule that `variable` is required if `other` is given. */
export function requiredWith(variable: string, other: string): VariableRule {
  return [
    variable,
    `is required with ${other}`,
    (given) => isGiven(given[variable]) || !isGiven(given[other]),
  ];
}
