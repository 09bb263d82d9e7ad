/** An object with the one property, or none when there is no value: the domain's optionals are absent, never null. */
export function present<Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
): Partial<Record<Key, NonNullable<Value>>> {
  return value === null || value === undefined ? {} : ({ [key]: value } as Record<Key, NonNullable<Value>>);
}
