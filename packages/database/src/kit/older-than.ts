/**
 * The condition for the rows after a position in a list that has the newest row first. Its first part lets PostgreSQL
 * begin at the position in the index.
 *
 * @param field the name of the time that the list is sorted by, before the id
 */
export function olderThan<Field extends string>(field: Field, time: string, id: string) {
  // A computed key loses its name in the type.
  const at = <Condition>(condition: Condition) => ({ [field]: condition }) as Record<Field, Condition>;
  return { ...at({ lte: time }), OR: [at({ lt: time }), { ...at(time), id: { lt: id } }] };
}
