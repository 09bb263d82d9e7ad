/**
 * An object with one property, or without any if the value is null: the domain's optional properties are absent,
 * never null.
 */
export function present<Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
): Partial<Record<Key, NonNullable<Value>>> {
  return value === null || value === undefined ? {} : ({ [key]: value } as Record<Key, NonNullable<Value>>);
}
