/** Omits the properties that are null or undefined. The domain's optional properties are absent instead. */
export function given<Properties extends object>(
  properties: Properties,
): { [Key in keyof Properties]?: NonNullable<Properties[Key]> } {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined && value !== null);
  // `Object.fromEntries` loses the types of the keys. The filter above removes exactly the values that the type
  // excludes.
  return Object.fromEntries(entries) as { [Key in keyof Properties]?: NonNullable<Properties[Key]> };
}
