import { sleep } from '@temporalio/workflow';

/** A workflow of the same name that does something else first, as code of another time might. */
export async function orderWorkflow(): Promise<string> {
  await sleep('1ms');
  return 'done';
}
