import { errorResource, operations, refusalsOf, type OperationSpec } from '@oms/contracts/http';

/** The pattern of an operation's path. */
const patterns = new Map(
  operations.map((operation) => [
    operation,
    new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  ]),
);

/** The operation that a request calls; `undefined` for a path or a method that no operation has. */
export function operationAt(method: string, path: string): OperationSpec | undefined {
  const [pathname = ''] = path.split('?');
  return operations.find(
    (operation) => operation.method === method && patterns.get(operation)?.test(pathname) === true,
  );
}

/**
 * Checks an answer against the declaration of its operation.
 *
 * @param body parsed JSON; anything for an answer of another media type
 * @throws Error for a status that is not declared, and for a body that its schema refuses
 */
export function assertDeclared(method: string, path: string, status: number, body: unknown): void {
  const operation = operationAt(method, path);
  if (operation) assertAnswerOf(operation, status, body);
}

/**
 * Checks an answer against the declaration of its operation.
 *
 * @throws Error as {@link assertDeclared} does
 */
export function assertAnswerOf(operation: OperationSpec, status: number, body: unknown): void {
  const { id, answers } = operation;
  const answer = Object.entries(answers).find(([declared]) => Number(declared) === status)?.[1];
  if (!answer && ![...refusalsOf(operation).keys()].some((declared) => declared === status)) {
    throw new Error(`${id} does not declare the status ${status}: ${JSON.stringify(body)}`);
  }
  const result = (answer ? answer.schema : errorResource)?.safeParse(body);
  if (result?.success !== false) return;
  throw new Error(
    `${id}: ${status} is not as declared: ${result.error.message}: ${JSON.stringify(body).slice(0, 1_000)}`,
  );
}
