/** Converts the name of a workflow or a task queue to its name in this installation. */
export type Naming = (name: string) => string;

/** Occurs in no name before the prefix is added. */
const separator = '.';

/**
 * Makes the naming of an installation: under the prefix `shop`, `orders` becomes `shop.orders`. Installations that
 * share a Temporal namespace need different prefixes, so that they do not take each other's tasks.
 */
export function namingUnder(prefix: string | undefined): Naming {
  return (name) => (prefix === undefined ? name : `${prefix}${separator}${name}`);
}

/** The naming of the installation that a task queue belongs to. */
export function namingOf(taskQueue: string): Naming {
  const end = taskQueue.lastIndexOf(separator);
  return namingUnder(end < 0 ? undefined : taskQueue.slice(0, end));
}
