/** Names a workflow or a task queue of this installation. */
export type Naming = (name: string) => string;

/** No name of ours has this character. */
const separator = '.';

/**
 * Makes the names of an installation: `orders` is `shop.orders` under the prefix `shop`. Installations that share a namespace
 * have a prefix each, or their workflows and tasks would mix.
 */
export function namingUnder(prefix: string | undefined): Naming {
  return (name) => (prefix === undefined ? name : `${prefix}${separator}${name}`);
}

/** The naming of the installation that a name of this form belongs to. */
export function namingOf(taskQueue: string): Naming {
  const end = taskQueue.lastIndexOf(separator);
  return namingUnder(end < 0 ? undefined : taskQueue.slice(0, end));
}
