/** The properties that have a value: the domain's optional properties are absent, never null or undefined. */
export function given<Properties extends object>(
  properties: Properties,
): { [Key in keyof Properties]?: NonNullable<Properties[Key]> } {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined && value !== null);
  // `Object.fromEntries` forgets which keys there were; the filter has removed what the type leaves out.
  return Object.fromEntries(entries) as { [Key in keyof Properties]?: NonNullable<Properties[Key]> };
}
