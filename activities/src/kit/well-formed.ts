import { parseOrderCommand } from '@oms/contracts/commands';
import { refusalIn, type OrderCommand, type Refusal } from '@oms/domain';

/**
 * Carries out a change with a well-formed command. Operators send commands by hand, past the parsers of the APIs, and no
 * workflow checks them. A malformed command is refused before anything is read or written.
 */
export async function ifWellFormed<Change extends { readonly command: OrderCommand }, Result>(
  change: Change,
  work: (change: Change) => Promise<Result>,
): Promise<Result | Refusal> {
  const command = parsed(change.command);
  return 'kind' in command ? command : work({ ...change, command });
}

/** The command, parsed, or its refusal. */
function parsed<Command extends OrderCommand>(command: Command): Command | Refusal {
  try {
    return parseOrderCommand(command);
  } catch (error) {
    return refusalIn(error);
  }
}
